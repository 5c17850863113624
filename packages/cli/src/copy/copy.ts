import type { Database } from "@offramp/db";
import { KeyRing } from "@offramp/db/encryption";

import type { BadRow } from "./bad-row.ts";
import { BadRowsError } from "./bad-rows-error.ts";
import { openChunks } from "./checkpoints.ts";
import type { Chunk } from "./chunk.ts";
import type { ChunkWork } from "./chunk-job.ts";
import { copyChunk } from "./copy-chunk.ts";
import type { CopyOptions, CopyReport, TableReport } from "./copy-options.ts";
import { CopyRefusedError } from "./copy-refused-error.ts";
import { finishTarget } from "./finish-target.ts";
import { checkEarlierRuns, prepareTarget } from "./prepare-target.ts";
import { setSequences } from "./sequences.ts";
import { openSnapshot, type Snapshot } from "../tables/snapshot.ts";
import { SourceReader } from "./source-reader.ts";
import { survey } from "../tables/survey.ts";
import { tableText } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";
import { Throttle } from "./throttle.ts";

/**
 * Copies every row of the source to the target, as of one moment of the source. What an earlier run had done stays done: a
 * part's rows and its checkpoint are one transaction of the target. Parts that a later run copies show the source as of
 * that run, so a source that is written to meanwhile needs `follow`, which knows what each part had seen, or `verify`.
 *
 * @throws {CopyRefusedError} nothing was copied; says why.
 * @throws {BadRowsError} rows were refused; everything else was copied.
 * @throws {RestoreError} an index, foreign key or trigger could not be put back.
 */
export async function copy(source: Database, target: Database, options: CopyOptions): Promise<CopyReport> {
  const started = performance.now();
  const { watcher } = options;
  const wanted = await survey(source, target, options);
  if (wanted.obstacles.length > 0) throw new CopyRefusedError(wanted.obstacles);
  if (!options.restart) await checkEarlierRuns(target, wanted);
  await options.prepare?.(wanted.tables);
  const snapshot = await openSnapshot(source, options.snapshot);
  try {
    watcher.note(`${wanted.tables.length} tables to copy, as of snapshot ${snapshot.name}.`);
    const { resumed, again } = await prepareTarget(target, wanted, { ...options, snapshot });
    const plans = new Map(wanted.tables.map((plan) => [tableText(plan.source), plan]));
    const chunks = (await openChunks(target)).filter(({ source: name }) => plans.has(tableText(name)));
    if (resumed && chunks.length > 0)
      watcher.warning(
        `An earlier copy had begun: ${chunks.length} parts are left. They show the source as it is now; what was written to it in between is in some parts and not in others. "offramp follow" or "offramp verify" settles that.`,
      );
    for (const name of again) watcher.warning(`${name} has no key: it is copied again as a whole.`);
    await copyChunks({ source, target, chunks, plans, snapshot, options });
    await finishTarget(target, wanted.tables, options);
    const sequences = await setSequences(source, target, wanted.tables);
    const left = [
      ...wanted.left,
      ...sequences.missing.map((name) => `${name}: the target has no such sequence.`),
    ];
    return {
      tables: await reportTables(target, wanted.tables),
      left,
      sequences: sequences.set,
      resumed,
      complete: chunks.length === 0,
      seconds: (performance.now() - started) / 1_000,
    };
  } finally {
    await snapshot.close();
  }
}

interface Chunks {
  readonly source: Database;
  readonly target: Database;
  readonly chunks: readonly Chunk[];
  readonly plans: ReadonlyMap<string, TablePlan>;
  readonly snapshot: Snapshot;
  readonly options: CopyOptions;
}

async function copyChunks({ source, target, chunks, plans, snapshot, options }: Chunks): Promise<void> {
  if (chunks.length === 0) return;
  const { watcher, jobs } = options;
  const stop = new AbortController();
  const work: ChunkWork = {
    target,
    sealer: await sealerFor(target, [...plans.values()], options),
    throttle: options.bytesPerSecond === undefined ? undefined : new Throttle(options.bytesPerSecond),
    quarantine: options.quarantine,
    signal: AbortSignal.any([options.signal, stop.signal]),
    snapshot: snapshot.text,
    advance: watcher.advance,
  };
  watcher.begin(estimate(chunks, plans));
  const waiting = largestFirst(chunks, plans);
  const bad: BadRow[] = [];
  const worker = async (): Promise<void> => {
    const reader = new SourceReader(source, snapshot.name);
    try {
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
        work.signal.throwIfAborted();
        const plan = plans.get(tableText(chunk.source));
        if (plan === undefined) continue;
        try {
          await copyChunk({ chunk, plan, reader, work });
        } catch (error) {
          if (!(error instanceof BadRowsError)) throw error;
          bad.push(...error.rows);
        }
      }
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await reader.close();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(jobs, chunks.length) }, worker));
  watcher.end();
  options.signal.throwIfAborted();
  // The others were stopped because of the first.
  if (stop.signal.aborted) throw stop.signal.reason;
  const failed = ended.find((each) => each.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  if (bad.length > 0) throw new BadRowsError(bad);
}

async function sealerFor(
  target: Database,
  plans: readonly TablePlan[],
  { keyWrapper }: CopyOptions,
): Promise<KeyRing | undefined> {
  const encrypts = plans.some(({ columns }) => columns.some(({ change }) => change.kind === "encrypt"));
  if (!encrypts || keyWrapper === undefined) return undefined;
  const keys = new KeyRing(target, keyWrapper);
  await keys.ready();
  return keys;
}

/** The longest work begins first, so that no worker is left alone with it at the end. */
function largestFirst(chunks: readonly Chunk[], plans: ReadonlyMap<string, TablePlan>): Chunk[] {
  const parts = new Map<string, number>();
  for (const { leaf } of chunks) parts.set(tableText(leaf), (parts.get(tableText(leaf)) ?? 0) + 1);
  const bytes = (chunk: Chunk): number => {
    const leaf = plans
      .get(tableText(chunk.source))
      ?.leaves.find((each) => tableText(each) === tableText(chunk.leaf));
    return (leaf?.bytes ?? 0) / (parts.get(tableText(chunk.leaf)) ?? 1);
  };
  return chunks.toSorted((one, other) => bytes(other) - bytes(one));
}

function estimate(chunks: readonly Chunk[], plans: ReadonlyMap<string, TablePlan>): number {
  const leaves = new Set(chunks.map(({ leaf }) => tableText(leaf)));
  return [...plans.values()]
    .flatMap((plan) => plan.leaves)
    .filter((leaf) => leaves.has(tableText(leaf)))
    .reduce((sum, { rows, bytes }) => sum + (rows >= 0 ? rows : Math.round(bytes / 100)), 0);
}

async function reportTables(target: Database, plans: readonly TablePlan[]): Promise<TableReport[]> {
  const rows = await target.query({
    text: `select source_schema, source_table, sum(rows_copied) as rows, sum(rows_filtered) as filtered,
        sum(rows_quarantined) as quarantined, sum(bytes) as bytes
      from offramp.copy_chunk group by 1, 2`,
  });
  return plans.map((plan) => {
    const row = rows.find(
      (each) => each["source_schema"] === plan.source.schema && each["source_table"] === plan.source.table,
    );
    return {
      source: tableText(plan.source),
      target: tableText(plan.target),
      rows: Number(row?.["rows"] ?? 0),
      filtered: Number(row?.["filtered"] ?? 0),
      quarantined: Number(row?.["quarantined"] ?? 0),
      bytes: Number(row?.["bytes"] ?? 0),
    };
  });
}
