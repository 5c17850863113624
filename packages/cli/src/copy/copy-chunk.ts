import type { ReservedConnection } from "@offramp/db";

import { isRowFault } from "./bad-row.ts";
import { type ChunkResult, finishChunk, takeChunk } from "./checkpoints.ts";
import { type ChunkJob, rowOf, throttled } from "./chunk-job.ts";
import { copyCarefully } from "./copy-carefully.ts";
import { copyInSql } from "./copy-sql.ts";
import { copyPlain } from "./copy-plain.ts";
import { readLines, writeLine } from "./copy-text.ts";
import { type RowTransform, rowTransform } from "../tables/row-transform.ts";
import { WRITING_SETTINGS } from "../tables/session-settings.ts";
import { isPlain } from "../tables/table-plan.ts";

/**
 * Copies a chunk in one transaction of the target, its checkpoint included. When a row is refused, the chunk is read
 * again in small batches, which finds the bad rows.
 *
 * @returns what was copied, or nothing where another copy had done it.
 * @throws {BadRowsError} rows were refused, and there is no quarantine.
 */
export async function copyChunk(job: ChunkJob): Promise<ChunkResult | undefined> {
  try {
    return await inTransaction(job, (connection) => copyFast(job, connection));
  } catch (error) {
    if (!isRowFault(error)) throw error;
    return inTransaction(job, (connection) => copyCarefully(job, connection));
  }
}

async function inTransaction(
  { chunk, work }: ChunkJob,
  copy: (connection: ReservedConnection) => Promise<ChunkResult>,
): Promise<ChunkResult | undefined> {
  const connection = await work.target.reserve();
  try {
    await connection.query({ text: "begin" });
    await connection.query({ text: WRITING_SETTINGS, script: true });
    if (!(await takeChunk(connection, chunk))) return undefined;
    const result = await copy(connection);
    await finishChunk(connection, chunk, { result, snapshot: work.snapshot });
    await connection.query({ text: "commit" });
    return result;
  } finally {
    // An open transaction is rolled back.
    await connection.release();
  }
}

async function copyFast(job: ChunkJob, connection: ReservedConnection): Promise<ChunkResult> {
  const { plan, work } = job;
  if (isPlain(plan)) return copyPlain(job, connection);
  const counts = { bytes: 0, filtered: 0 };
  const blocks = changedBlocks(job, { counts, transform: rowTransform(plan, work.sealer) });
  const copied = await connection.copyIn(copyInSql(plan, "text"), blocks);
  return { copied, ...counts, quarantined: 0 };
}

async function* changedBlocks(
  job: ChunkJob,
  {
    counts,
    transform,
  }: { readonly counts: { bytes: number; filtered: number }; readonly transform: RowTransform },
): AsyncGenerator<Buffer> {
  const names = job.plan.read.map(({ name }) => name);
  for await (const lines of readLines(throttled(job, names, "text"))) {
    let text = "";
    for (const line of lines) {
      const values = transform(rowOf(names, line));
      if (values === undefined) counts.filtered += 1;
      else text += writeLine(values);
    }
    const block = Buffer.from(text, "utf8");
    counts.bytes += block.length;
    job.work.advance(lines.length, block.length);
    yield block;
  }
}
