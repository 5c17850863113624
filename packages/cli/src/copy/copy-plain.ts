import type { ReservedConnection } from "@offramp/db";

import type { ChunkResult } from "./checkpoints.ts";
import { type ChunkJob, throttled } from "./chunk-job.ts";
import { copyInSql } from "./copy-sql.ts";
import { plainFormat } from "../tables/table-plan.ts";
import { tableText } from "../tables/table-name.ts";

/** What a row takes where PostgreSQL has not counted them. */
const USUAL_ROW_BYTES = 100;

/**
 * Passes the source's bytes on as they are. Nobody reads them, so the rows on their way are an estimate, which the target's
 * count corrects.
 */
export async function copyPlain(job: ChunkJob, connection: ReservedConnection): Promise<ChunkResult> {
  const { plan, work } = job;
  const format = plainFormat(plan);
  const rowBytes = bytesOfRow(job);
  let [bytes, told] = [0, 0];
  async function* blocks(): AsyncGenerator<Buffer> {
    for await (const block of throttled(
      job,
      plan.columns.map(({ source }) => source),
      format,
    )) {
      bytes += block.length;
      const rows = Math.floor(bytes / rowBytes);
      work.advance(rows - told, block.length);
      told = rows;
      yield block;
    }
  }
  const copied = await connection.copyIn(copyInSql(plan, format), blocks());
  work.advance(copied - told, 0);
  return { copied, filtered: 0, quarantined: 0, bytes };
}

function bytesOfRow({ chunk, plan }: ChunkJob): number {
  const leaf = plan.leaves.find((each) => tableText(each) === tableText(chunk.leaf));
  return leaf === undefined || leaf.rows <= 0 || leaf.bytes <= 0 ? USUAL_ROW_BYTES : leaf.bytes / leaf.rows;
}
