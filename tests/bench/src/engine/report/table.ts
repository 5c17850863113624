import type { DataFile, DataLine } from "./data-file.ts";

/** The lines of one workload with so many callers, as text. */
export function table(lines: readonly DataLine[]): string {
  const [first] = lines;
  if (first === undefined) return "";
  const rows = lines.map((line) => [
    `  ${line.arm}`,
    `${count(line.rate)}/s`,
    `${count(line.rateLow)} to ${count(line.rateHigh)}`,
    line.ratio === null ? "" : line.ratio.toFixed(2),
    milliseconds(line.p50),
    milliseconds(line.p99),
    `${count(line.cpuPerCall)} µs`,
    `${count(line.heapGrowth / 1024)} KiB`,
  ]);
  const head = [
    `${first.workload}, ${callers(first.callers)}`,
    "throughput",
    "lowest to highest",
    "ratio",
    "p50",
    "p99",
    "CPU a call",
    "heap growth",
  ];
  return aligned([head, ...rows]);
}

/** How much less many tables and many shapes cost than they could. */
export function cacheTable({ tables, shapes, heapPerClient }: DataFile): string {
  const sizes = tables.map(
    ({ tables: number, rate, ratio }) =>
      `  ${count(number)} tables in the schema cache: ${count(rate)}/s, ${ratio.toFixed(2)} of the rate with 2`,
  );
  return [
    "caches",
    ...sizes,
    `  ${count(shapes.shapes)} different shapes in a row: ${count(shapes.newShapeMicroseconds)} µs a call, with parsing, planning and compiling; ` +
      `${count(shapes.knownShapeMicroseconds)} µs from the cache`,
    `  after them: ${count(shapes.heapGrowth / 1024)} KiB more heap, ${count(shapes.preparedStatements)} prepared statements on the server's 10 connections`,
    `  a client: ${count(heapPerClient)} bytes of heap`,
  ].join("\n");
}

function callers(number: number): string {
  return number === 1 ? "1 caller" : `${number} callers`;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
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
        .join(""),
    )
    .join("\n");
}
