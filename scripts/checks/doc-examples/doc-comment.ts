/** A doc comment of a source file. */
export interface DocComment {
  /** Offsets in the source. */
  readonly start: number;
  readonly end: number;
  readonly examples: readonly Example[];
}

/** What follows one `@example`. */
export interface Example {
  /** Line of the tag, counted from 1. */
  readonly line: number;
  /** The TypeScript block, or undefined when there is none. */
  readonly code: ExampleCode | undefined;
}

/** A TypeScript block. */
export interface ExampleCode {
  /** Line of its first line of code, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** A comment as the parser gives it. */
export interface ParsedComment {
  readonly type: "Line" | "Block";
  /** The text without its delimiters. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The doc comments among a file's comments, with their examples. */
export function readDocComments(source: string, comments: readonly ParsedComment[]): DocComment[] {
  return comments
    .filter(({ type, value }) => type === "Block" && value.startsWith("*"))
    .map(({ value, start, end }) => ({
      start,
      end,
      examples: readExamples(value, source.slice(0, start).split("\n").length),
    }));
}

function readExamples(comment: string, firstLine: number): Example[] {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
  return lines.flatMap((line, index) =>
    line.startsWith("@example") ? [{ line: firstLine + index, code: readCode(lines, index + 1, firstLine) }] : [],
  );
}

/** The first TypeScript block before the next tag. */
function readCode(lines: readonly string[], from: number, firstLine: number): ExampleCode | undefined {
  for (let index = from; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line.startsWith("@")) return undefined;
    if (/^```(ts|typescript)\s*$/.test(line)) {
      const end = lines.findIndex((candidate, at) => at > index && candidate.startsWith("```"));
      if (end === -1) return undefined;
      return { line: firstLine + index + 1, text: lines.slice(index + 1, end).join("\n") };
    }
  }
  return undefined;
}
