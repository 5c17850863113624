import type { Database } from "@offramp/db";

import type { Chunk } from "./chunk.ts";
import type { CopyFormat } from "./copy-sql.ts";
import { readLine } from "./copy-text.ts";
import type { Sealer } from "../tables/row-transform.ts";
import type { SourceReader } from "./source-reader.ts";
import type { TablePlan } from "../tables/table-plan.ts";
import type { Throttle } from "./throttle.ts";

/** What every chunk is copied with. */
export interface ChunkWork {
  readonly target: Database;
  readonly sealer: Sealer | undefined;
  readonly throttle: Throttle | undefined;
  readonly quarantine: boolean;
  readonly signal: AbortSignal;
  /** The source's snapshot, as `pg_current_snapshot()` prints it. */
  readonly snapshot: string;
  readonly advance: (rows: number, bytes: number) => void;
}

/** A chunk on its way: what is copied, from where, with what. */
export interface ChunkJob {
  readonly chunk: Chunk;
  readonly plan: TablePlan;
  readonly reader: SourceReader;
  readonly work: ChunkWork;
}

/** A line's values by their columns. */
export function rowOf(names: readonly string[], line: string): Record<string, string | null> {
  const values = readLine(line);
  const row: Record<string, string | null> = {};
  for (let index = 0; index < names.length; index += 1) row[names[index] ?? ""] = values[index] ?? null;
  return row;
}

/** The chunk's blocks, at the pace that was asked for, until a person interrupts. */
export async function* throttled(
  { chunk, reader, work }: ChunkJob,
  columns: readonly string[],
  format: CopyFormat,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const block of reader.read(chunk, columns, format)) {
    work.signal.throwIfAborted();
    if (work.throttle !== undefined) await work.throttle.pass(block.length);
    yield block;
  }
}
