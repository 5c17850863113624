/**
 * COPY's text format: a line for each row, a tab between values, `\N` for null, and a backslash before what would be
 * read as one of these.
 *
 * Source: PostgreSQL's documentation, "COPY", File Formats, Text Format.
 */

const SPECIAL = /[\\\b\f\n\r\t\v]/g;

const LETTERS: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

const MEANINGS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** The values of a line as PostgreSQL's server writes it: it never writes octal or hexadecimal escapes. */
export function readLine(line: string): (string | null)[] {
  const values = line.split("\t");
  return line.includes("\\")
    ? values.map((value) =>
        value === String.raw`\N`
          ? null
          : value.replaceAll(/\\(.)/g, (_, sign: string) => MEANINGS[sign] ?? sign),
      )
    : values;
}

/** A line, with its end. */
export function writeLine(values: readonly (string | null)[]): string {
  const fields = values.map((value) =>
    value === null ? String.raw`\N` : value.replaceAll(SPECIAL, (sign) => LETTERS[sign] ?? sign),
  );
  return `${fields.join("\t")}\n`;
}

/** Cuts blocks into whole lines, without their ends: the lines of each block together. */
export async function* readLines(blocks: AsyncIterable<Buffer>): AsyncGenerator<string[], void, undefined> {
  let rest: Buffer[] = [];
  for await (const block of blocks) {
    const end = block.lastIndexOf(0x0a);
    if (end === -1) {
      rest.push(block);
      continue;
    }
    const whole = Buffer.concat([...rest, block.subarray(0, end)]);
    rest = end + 1 < block.length ? [block.subarray(end + 1)] : [];
    yield whole.toString("utf8").split("\n");
  }
}
