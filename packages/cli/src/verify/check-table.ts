import { type Database, type Queryable, type ReservedConnection, ServerError } from "@offramp/db";
import type { EncryptionError, KeyRing } from "@offramp/db/encryption";

import { keyEnds } from "../copy/split-leaf.ts";
import { RowError } from "../tables/row-error.ts";
import { beginAt } from "../tables/snapshot.ts";
import { tableText } from "../tables/table-name.ts";
import { isPlain, type TablePlan } from "../tables/table-plan.ts";
import { checkChangedPart } from "./check-changed-part.ts";
import { checkPlainPart, type PartCheck } from "./check-plain-part.ts";
import { isEncryptionError } from "./encryption-failure.ts";
import { type KeyRange, rangeType, sourceSide, targetSide } from "./side.ts";
import type { TableCheck } from "./verify-report.ts";

/** Both servers, each at one moment. */
export interface Moments {
  readonly source: Database;
  readonly target: Database;
  readonly sourceSnapshot: string;
  readonly targetSnapshot: string;
  /** The data keys, or why they are not here. */
  readonly keys: KeyRing | EncryptionError | undefined;
}

/** A part of a table that one worker compares. */
export interface Part {
  readonly plan: TablePlan;
  /** Absent: the whole table, whose key has no order that both servers agree on. */
  readonly range: KeyRange | undefined;
}

/** The connections of one worker, each in a transaction at its server's moment. */
export class Pair {
  readonly #moments: Moments;
  #source: ReservedConnection | undefined;
  #target: ReservedConnection | undefined;

  constructor(moments: Moments) {
    this.#moments = moments;
  }

  /**
   * Compares a part.
   *
   * @returns what it found, or why it could not be compared.
   * @throws {ConnectionError} a server went away.
   */
  async check({ plan, range }: Part, limit: number): Promise<PartCheck | string> {
    try {
      const [source, target] = await this.#open();
      if (!isPlain(plan))
        return await checkChangedPart({ plan, source, target, keys: this.#keysFor(plan) }, range, limit);
      const sides = { plan, source: sourceSide(plan, source), target: targetSide(plan, target) };
      return await checkPlainPart(sides, range ?? { type: "", from: undefined, to: undefined }, limit);
    } catch (error) {
      // A failed statement ends its transaction.
      await this.close();
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      return reason;
    }
  }

  async close(): Promise<void> {
    const open = [this.#source, this.#target].filter((connection) => connection !== undefined);
    this.#source = this.#target = undefined;
    await Promise.all(open.map((connection) => connection.release()));
  }

  #keysFor(plan: TablePlan): KeyRing | undefined {
    const { keys } = this.#moments;
    if (!isEncryptionError(keys)) return keys;
    if (plan.columns.some(({ change }) => change.kind === "encrypt")) throw keys;
    return undefined;
  }

  async #open(): Promise<readonly [ReservedConnection, ReservedConnection]> {
    const { source, target, sourceSnapshot, targetSnapshot } = this.#moments;
    if (this.#source === undefined) {
      this.#source = await source.reserve();
      await beginAt(this.#source, sourceSnapshot);
    }
    if (this.#target === undefined) {
      this.#target = await target.reserve();
      await beginAt(this.#target, targetSnapshot);
    }
    return [this.#source, this.#target];
  }
}

/** Cuts a table into parts of about `partBytes`, where the key's order is the same on both servers. */
export async function partsOf(db: Queryable, plan: TablePlan, partBytes: number): Promise<Part[]> {
  const type = rangeType(plan);
  const bytes = plan.leaves.reduce((sum, leaf) => sum + leaf.bytes, 0);
  // Rows that are compared here are held in memory, if only as digests.
  const count = isPlain(plan)
    ? Math.min(512, Math.round(bytes / partBytes))
    : Math.min(4_096, Math.round(bytes / (partBytes / 16)));
  const [column] = plan.key;
  if (type === undefined || column === undefined || count < 2) return [{ plan, range: undefined }];
  const ends = await keyEnds(db, {
    relation: sourceSide(plan, db).relation,
    bytes,
    column,
    count,
  });
  return [undefined, ...ends].map((from, index) => ({ plan, range: { type, from, to: ends[index] } }));
}

/** Puts the parts of a table together. */
export function joinParts(
  plan: TablePlan,
  parts: readonly (PartCheck | string)[],
  limit: number,
): TableCheck {
  const reason = parts.find((part) => typeof part === "string");
  const checks = parts.filter((part) => typeof part !== "string");
  const differences = checks.flatMap((part) => part.differences);
  const differs = checks.some((part) => part.differs);
  const sum = (count: (part: PartCheck) => number): number =>
    checks.reduce((total, part) => total + count(part), 0);
  return {
    source: tableText(plan.source),
    target: tableText(plan.target),
    verdict: reason === undefined ? (differs ? "different" : "equal") : "failed",
    sourceRows: sum((part) => part.sourceRows),
    targetRows: sum((part) => part.targetRows),
    method: isPlain(plan)
      ? `checksum of every row in both servers${plan.key.length === 0 ? "; no key, so rows are told by their contents" : ""}`
      : "every row read and put through its transforms",
    differences: differences.slice(0, limit),
    more: differences.length >= limit,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Why a check could not be made; nothing for what is not the table's own fault. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof ServerError) return `${error.message.split("\n")[0]} (SQLSTATE ${error.code})`;
  if (error instanceof RowError || isEncryptionError(error)) return error.message;
  return undefined;
}
