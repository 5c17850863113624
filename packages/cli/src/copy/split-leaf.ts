import { quoteIdentifier, type Queryable } from "@offramp/db";

import type { ChunkRange } from "./chunk.ts";
import type { LeafFacts } from "../tables/read-tables.ts";
import { relationSql } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

const PAGE_BYTES = 8_192;
/** The most ranges that a relation is cut into. */
const MOST_CHUNKS = 512;
/**
 * Sampled pages for each chunk: enough that none becomes much larger than others. Rows of a page often have keys beside
 * each other, so it is pages that count.
 */
const SAMPLES = 50;

/**
 * Cuts a relation into ranges of about `chunkBytes`: by the first column of its key, whose ends a sample gives, or by
 * pages where it has no key.
 *
 * @param db in the transaction that reads.
 */
export async function splitLeaf(
  db: Queryable,
  plan: Pick<TablePlan, "key" | "read">,
  { leaf, chunkBytes }: { readonly leaf: LeafFacts; readonly chunkBytes: number },
): Promise<readonly ChunkRange[]> {
  const count = Math.min(MOST_CHUNKS, Math.round(leaf.bytes / chunkBytes));
  if (count < 2) return [{ kind: "whole" }];
  const [column] = plan.key;
  if (column === undefined) {
    const pages = Math.ceil(leaf.bytes / PAGE_BYTES);
    const ends = Array.from(
      { length: count - 1 },
      (_, index) => `(${Math.ceil(((index + 1) * pages) / count)},0)`,
    );
    return between(ends, (from, to) => ({ kind: "pages", from, to }));
  }
  const type = plan.read.find(({ name }) => name === column)?.type ?? "text";
  const ends = await keyEnds(db, { relation: `only ${relationSql(leaf)}`, bytes: leaf.bytes, column, count });
  return between(ends, (from, to) => ({ kind: "key", column, type, from, to }));
}

/** What is divided, and into how many parts. */
interface KeyEndsOptions {
  /** For `from`. */
  readonly relation: string;
  readonly bytes: number;
  readonly column: string;
  readonly count: number;
}

/** What divides the rows of a relation into `count` parts of about the same number, as a sample has it. */
export async function keyEnds(
  db: Queryable,
  { relation, bytes, column, count }: KeyEndsOptions,
): Promise<string[]> {
  const share = Math.min(100, (100 * SAMPLES * count * PAGE_BYTES) / bytes);
  const key = quoteIdentifier(column);
  const rows = await db.query({
    text: `select distinct on (part) key::text as key from (
        select ${key} as key, ntile(${count}) over (order by ${key}) as part
        from ${relation} tablesample system (${share.toFixed(4)})
      ) s order by part, s.key`,
  });
  // The first part begins at the open end. A key that fills several parts ends only one of them.
  return [...new Set(rows.slice(1).map((row) => row["key"] ?? ""))];
}

function between(
  ends: readonly string[],
  range: (from: string | undefined, to: string | undefined) => ChunkRange,
): ChunkRange[] {
  return [undefined, ...ends].map((from, index) => range(from, ends[index]));
}
