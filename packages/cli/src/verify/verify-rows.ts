import type { Database } from "@offramp/db";
import { type EncryptionError, KeyRing, type KeyWrapper } from "@offramp/db/encryption";

import type { TableConfig } from "../config/tables-config.ts";
import { inParallel } from "../copy/in-parallel.ts";
import { openSnapshot } from "../tables/snapshot.ts";
import { survey } from "../tables/survey.ts";
import { tableText } from "../tables/table-name.ts";
import type { PartCheck } from "./check-plain-part.ts";
import { checkSequences } from "./check-sequences.ts";
import { isEncryptionError } from "./encryption-failure.ts";
import { joinParts, type Moments, Pair, type Part, partsOf } from "./check-table.ts";
import type { SequenceCheck, TableCheck } from "./verify-report.ts";

/** How rows are compared. */
export interface VerifyOptions {
  readonly tables: Readonly<Record<string, TableConfig>>;
  readonly keyWrapper: KeyWrapper | undefined;
  /** How many parts are compared at a time; each takes a connection of either server. */
  readonly jobs: number;
  /** Tables are compared in parts of about so many bytes of the source. */
  readonly partBytes: number;
  /** So many differing rows are named for each table. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly watcher: VerifyWatcher;
}

/** Who is told how far it has come. */
export interface VerifyWatcher {
  readonly begin: (rows: number) => void;
  readonly advance: (rows: number) => void;
  readonly end: () => void;
}

/** What the comparison of rows came to. */
export interface RowsReport {
  readonly tables: readonly TableCheck[];
  readonly sequences: readonly SequenceCheck[];
  readonly obstacles: readonly string[];
  readonly left: readonly string[];
}

/**
 * Compares every row of every table that `copy` would copy, each server at one moment of its own: what is written to
 * either meanwhile is not seen.
 */
export async function verifyRows(
  source: Database,
  target: Database,
  options: VerifyOptions,
): Promise<RowsReport> {
  const { watcher, limit, signal } = options;
  const { tables, obstacles, left } = await survey(source, target, options);
  const [ours, theirs] = await Promise.all([openSnapshot(source), openSnapshot(target)]);
  try {
    const parts: Part[] = [];
    for (const plan of tables) parts.push(...(await partsOf(ours.db, plan, options.partBytes)));
    const moments: Moments = {
      source,
      target,
      sourceSnapshot: ours.name,
      targetSnapshot: theirs.name,
      keys: options.keyWrapper === undefined ? undefined : await keyRing(target, options.keyWrapper),
    };
    const results = new Map<string, (PartCheck | string)[]>();
    watcher.begin(
      tables.flatMap((plan) => plan.leaves).reduce((sum, leaf) => sum + Math.max(0, leaf.rows), 0),
    );
    const idle = Array.from({ length: options.jobs }, () => new Pair(moments));
    const pairs = [...idle];
    try {
      await inParallel(parts, options.jobs, async (part) => {
        signal.throwIfAborted();
        const name = tableText(part.plan.source);
        const found = results.get(name) ?? [];
        results.set(name, found);
        const told = found.reduce(
          (sum, each) => sum + (typeof each === "string" ? 0 : each.differences.length),
          0,
        );
        const pair = idle.pop() ?? new Pair(moments);
        try {
          const check = await pair.check(part, limit - told);
          found.push(check);
          if (typeof check !== "string") watcher.advance(check.sourceRows);
        } finally {
          idle.push(pair);
        }
      });
    } finally {
      await Promise.all(pairs.map((pair) => pair.close()));
      watcher.end();
    }
    return {
      tables: tables.map((plan) => joinParts(plan, results.get(tableText(plan.source)) ?? [], limit)),
      sequences: await checkSequences(theirs.db, tables),
      obstacles,
      left,
    };
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
  }
}

/** Without its keys an encrypted table cannot be compared, and the others can. */
async function keyRing(target: Database, wrapper: KeyWrapper): Promise<KeyRing | EncryptionError> {
  const keys = new KeyRing(target, wrapper);
  try {
    await keys.ready();
    return keys;
  } catch (error) {
    if (isEncryptionError(error)) return error;
    throw error;
  }
}
