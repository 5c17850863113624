import type { Spread } from "../statistics.ts";
import type { DataFile, DataLine } from "./data-file.ts";

/** The lines of one workload with so many callers, as text: each figure's median, and from its lowest to its highest. */
export function table(lines: readonly DataLine[]): string {
  const [first] = lines;
  if (first === undefined) return "";
  const rows = lines.map((line) => [
    `  ${line.arm}`,
    ...cells(line.rate, count, "/s"),
    ...(line.ratio === null ? ["", ""] : cells(line.ratio, (value) => value.toFixed(2))),
    ...cells(line.p50, milliseconds, " ms"),
    ...cells(line.p99, milliseconds, " ms"),
    ...cells(line.cpuPerCall, count, " µs"),
    ...cells(line.heapGrowth, (value) => count(value / 1024), " KiB"),
  ]);
  const head = ["throughput", "ratio", "p50", "p99", "CPU a call", "heap growth"];
  return aligned([
    [`${first.workload}, ${callers(first.callers)}`, ...head.flatMap((name) => [name, ""])],
    ...rows,
  ]);
}

function cells({ middle, low, high }: Spread, text: (value: number) => string, unit = ""): readonly string[] {
  return [text(middle) + unit, `${text(low)}…${text(high)}`];
}

/** How much less many tables and many shapes cost than they could. */
export function cacheTable({ tables, shapes, heapPerClient }: DataFile): string {
  const sizes = tables.map(
    ({ tables: number, rate, ratio }) =>
      `  ${count(number)} tables in the schema cache: ${cells(rate, count, "/s").join(" ")}, ${cells(ratio, (value) => value.toFixed(2)).join(" ")} of the rate with 2`,
  );
  return [
    "caches",
    ...sizes,
    `  ${count(shapes.shapes)} different shapes in a row: ${count(shapes.newShapeMicroseconds)} µs a call, with parsing, planning and compiling; ` +
      `${count(shapes.knownShapeMicroseconds)} µs from the cache`,
    `  the first 1,000 of them keep ${count(shapes.heapOfThousand / 1024)} KiB of heap, all of them ${count(shapes.heapGrowth / 1024)} KiB; ${count(shapes.preparedStatements)} prepared statements on the server's 10 connections`,
    `  a client: ${count(heapPerClient)} bytes of heap`,
  ].join("\n");
}

function callers(number: number): string {
  return number === 1 ? "1 caller" : `${number} callers`;
}

function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart((widths[column] ?? 0) + 2),
        )
        .join("")
        .trimEnd(),
    )
    .join("\n");
}
