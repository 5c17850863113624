import { err, ok, type RequestError, type Result } from "../errors/index.ts";

/** A table as CSV (RFC 4180): the names of the first line, and each further line as an object of texts. `NULL` is null. */
export interface CsvTable {
  readonly names: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** Reads a CSV body. A line with more fields than names loses the rest; one with fewer is PGRST102. */
export function parseCsv(text: string): Result<CsvTable, RequestError> {
  const records = readRecords(text);
  if (!records.ok) return records;
  const [names, ...lines] = records.value.filter((record) => !isBlank(record));
  if (names === undefined)
    return err({ kind: "invalidBody", message: "The CSV body has no line with names" });
  if (lines.some((line) => line.length < names.length)) {
    return err({ kind: "invalidBody", message: "All lines must have same number of fields" });
  }
  const rows = lines.map((line) =>
    Object.fromEntries(names.map((name, index) => [name, nullable(line[index] ?? "")])),
  );
  return ok({ names: [...new Set(names)], rows });
}

function isBlank(record: readonly string[]): boolean {
  return record.length === 1 && record[0] === "";
}

function nullable(field: string): string | null {
  return field === "NULL" ? null : field;
}

/** A quoted field with doubled quotes, or a plain one; then a comma, a line's end, or the text's. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

function readRecords(text: string): Result<readonly (readonly string[])[], RequestError> {
  const records: string[][] = [];
  let record: string[] = [];
  FIELD.lastIndex = 0;
  for (;;) {
    const at = FIELD.lastIndex;
    const found = FIELD.exec(text);
    if (found === null) {
      const line = text.slice(0, at).split(/\r\n|\n|\r/).length;
      return err({ kind: "invalidBody", message: `The CSV body cannot be read from line ${line} on` });
    }
    const [, quoted, plain = "", end] = found;
    record.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    records.push(record);
    record = [];
    if (end === "" || FIELD.lastIndex === text.length) return ok(records);
  }
}
