import type { AccessRecord } from "../query/access-record.ts";

/** The columns of the export, in their order. A record here must have every field, so that none is forgotten. */
const FIELDS: Readonly<Record<keyof AccessRecord, true>> = {
  id: true,
  recordedAt: true,
  transactionAt: true,
  actorId: true,
  actorRole: true,
  onBehalfOf: true,
  purposeOfUse: true,
  breakGlass: true,
  action: true,
  outcome: true,
  sqlstate: true,
  relations: true,
  columns: true,
  filters: true,
  recordKeys: true,
  subjects: true,
  rowCount: true,
  application: true,
  requestId: true,
  ip: true,
  userAgent: true,
  databaseUser: true,
  databaseRole: true,
  writerId: true,
  writerCall: true,
  details: true,
};

const COLUMNS = Object.keys(FIELDS) as readonly (keyof AccessRecord)[];

/**
 * Records as CSV (RFC 4180), a line at a time: a header, then a line for each. Lists and objects are JSON. A text that a
 * spreadsheet would take for a formula has an apostrophe before it, because it may be what an attacker wrote into a header.
 *
 * @example
 * ```ts
 * import { createWriteStream } from "node:fs";
 * import { Readable } from "node:stream";
 * import { pipeline } from "node:stream/promises";
 * import { exportCsv, openTrail } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const trail = openTrail(connect());
 * await pipeline(Readable.from(exportCsv(trail.records({ actor: "lena.ortiz" }))), createWriteStream("access.csv"));
 * ```
 */
export async function* exportCsv(records: AsyncIterable<AccessRecord>): AsyncGenerator<string> {
  yield `${COLUMNS.join(",")}\r\n`;
  for await (const record of records) yield `${COLUMNS.map((column) => cell(record[column])).join(",")}\r\n`;
}

function cell(value: AccessRecord[keyof AccessRecord]): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
