import { inspect } from "node:util";
import { fitted, styled } from "./terminal.ts";

type Entries = Readonly<Record<string, unknown>>;

/** A value as lines: rows as a table, an object as one line for each field. Longer lines are cut at `width`. */
export function valueLines(value: unknown, width: number): readonly string[] {
  if (isRows(value)) return tableLines(value, width);
  if (isEntries(value)) return fieldLines(value, width);
  return [fitted(cellText(value), width)];
}

function tableLines(rows: readonly Entries[], width: number): readonly string[] {
  const keys = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => keys.map((key) => cellText(row[key])));
  const widths = keys.map((key, column) =>
    Math.max(key.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string =>
    fitted(
      texts
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
      width,
    );
  return [styled("dim", line(keys)), ...cells.map(line)];
}

function fieldLines(entries: Entries, width: number): readonly string[] {
  const longest = Math.max(...Object.keys(entries).map((key) => key.length));
  return Object.entries(entries).flatMap(([key, value]) => {
    if (isRows(value))
      return [styled("dim", key), ...tableLines(value, width - 2).map((line) => `  ${line}`)];
    return [styled("dim", key.padEnd(longest)) + `  ${fitted(cellText(value), width - longest - 2)}`];
  });
}

function cellText(value: unknown): string {
  return typeof value === "string"
    ? value
    : inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 8 });
}

function isRows(value: unknown): value is readonly Entries[] {
  return Array.isArray(value) && value.length > 0 && value.every(isEntries);
}

function isEntries(value: unknown): value is Entries {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
