import { rename, rm } from "node:fs/promises";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { type AccessFilter, exportCsv, exportNdjson, type Trail } from "@offramp/audit";

/** A form of the records for other programs. */
export type RecordFormat = "csv" | "ndjson";

/** What is written where. */
export interface ExportOptions {
  readonly file: string;
  readonly format: RecordFormat;
  readonly between: NonNullable<AccessFilter["between"]>;
}

/** Writes all records of a time to a file that only its owner may read; half a file is never left under its name. */
export async function exportRecords(trail: Trail, { file, format, between }: ExportOptions): Promise<void> {
  const records = trail.records({ between });
  const texts = format === "csv" ? exportCsv(records) : exportNdjson(records);
  const unfinished = `${file}.unfinished`;
  try {
    await pipeline(Readable.from(texts), createWriteStream(unfinished, { mode: 0o600, flags: "w" }));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
