import type { Queryable } from "@offramp/db";
import { covers, type LeafRuns } from "../retention/leaf-runs.ts";
import { blockLeaves } from "../seal/block-leaves.ts";
import { type Leaf, leafHashes, readLeaves } from "../seal/leaf-list.ts";
import { leafHash, merkleRoot, TreeHasher } from "../seal/merkle-tree.ts";
import { RECORD_ENCODING } from "../seal/record-encoding.ts";
import type { SealStatement } from "../seal/seal-statement.ts";
import { leavesOf } from "../seal/stored-seals.ts";
import { critical, type Finding } from "./finding.ts";

/** How many changed records are looked at for having changed places. */
const MOST_MOVED = 200;

/**
 * Compares a block's records with its seal: by the root when all is well, and record by record when it is not, or when
 * some of them have left the trail.
 *
 * @param dropped which leaves of the block the retention statements explain.
 */
export async function* verifyBlock(
  db: Queryable,
  statement: SealStatement,
  dropped: readonly LeafRuns[] = [],
): AsyncGenerator<Finding> {
  const range = { from: statement.fromTransaction, to: statement.toTransaction };
  let count: number | undefined;
  if (dropped.length === 0) {
    const tree = new TreeHasher();
    for await (const list of blockLeaves(db, range, statement))
      for (const hash of leafHashes(list)) tree.add(hash);
    if (tree.count === statement.records && tree.root().toString("hex") === statement.root) return;
    count = tree.count;
  }

  const seal = statement.number;
  const leaves = readLeaves((await leavesOf(db, seal)) ?? Buffer.alloc(0));
  if (leaves === undefined || merkleRoot(leaves.map(({ hash }) => hash)).toString("hex") !== statement.root) {
    const has = count === undefined ? "" : ` and has ${count}, not as they were sealed`;
    yield critical(
      "block-differs",
      `Block ${seal} was sealed with ${statement.records} records${has}; its list of leaves was changed too.`,
      { seal },
    );
    return;
  }
  const expected = dropped.length === 0 ? leaves : leaves.filter((_, index) => !covers(dropped, index));
  yield* compare(db, statement, expected);
}

/** Both are in the order of the ids, and walked side by side. */
async function* compare(
  db: Queryable,
  statement: SealStatement,
  leaves: readonly Leaf[],
): AsyncGenerator<Finding> {
  const seal = statement.number;
  const range = { from: statement.fromTransaction, to: statement.toTransaction };
  const changed: { readonly id: bigint }[] = [];
  const missing: { readonly id: bigint; readonly at: number }[] = [];
  let next = 0;
  for await (const list of blockLeaves(db, range, statement)) {
    for (const { id, hash } of readLeaves(list) ?? []) {
      for (let leaf = leaves[next]; leaf !== undefined && leaf.id < id; leaf = leaves[next]) {
        missing.push({ id: leaf.id, at: next });
        next += 1;
      }
      const leaf = leaves[next];
      if (leaf?.id !== id) {
        yield critical("inserted", `Record ${id} was put into block ${seal} after it was sealed.`, {
          seal,
          id: String(id),
        });
        continue;
      }
      next += 1;
      if (!leaf.hash.equals(hash)) changed.push({ id });
    }
  }
  for (; next < leaves.length; next += 1) missing.push({ id: leaves[next]?.id ?? 0n, at: next });
  yield* removed(seal, missing);
  const sealed = new Map(leaves.map((leaf) => [leaf.id, leaf.hash]));
  const places = [...changed, ...missing].map(({ id }) => id).slice(0, MOST_MOVED);
  const encoded = await encodedRecords(db, places);
  for (const { id } of changed) {
    const text = encoded.get(id);
    const other =
      text === undefined
        ? undefined
        : places.find((place) => place !== id && isSealedAs({ id, encoded: text }, place, sealed));
    yield other === undefined
      ? critical("changed", `Record ${id} of block ${seal} is not what was sealed.`, { seal, id: String(id) })
      : critical("reordered", `Record ${other} of block ${seal} now stands as record ${id}.`, {
          seal,
          id: String(id),
          other: String(other),
        });
  }
}

async function encodedRecords(db: Queryable, ids: readonly bigint[]): Promise<ReadonlyMap<bigint, string>> {
  const rows = await db.query({
    text: `select id, ${RECORD_ENCODING} as encoded from audit.phi_access_log where id = any ($1::bigint[])`,
    values: [`{${ids.join(",")}}`],
  });
  return new Map(rows.map((row) => [BigInt(row["id"] ?? 0), row["encoded"] ?? ""]));
}

/** One finding for each run of neighbours: a month that was dropped is millions of them. */
function* removed(
  seal: number,
  missing: readonly { readonly id: bigint; readonly at: number }[],
): Generator<Finding> {
  let start = 0;
  for (let end = 1; end <= missing.length; end += 1) {
    const last = missing[end - 1];
    if (missing[end]?.at === (last?.at ?? 0) + 1) continue;
    const first = missing[start];
    const [id, lastId] = [String(first?.id), String(last?.id)];
    yield start === end - 1
      ? critical("removed", `Record ${id} of block ${seal} is gone.`, { seal, id })
      : critical(
          "removed",
          `${end - start} records of block ${seal}, from ${id} to ${lastId}, are gone, and no retention statement says why.`,
          { seal, id, lastId },
        );
    start = end;
  }
}

/** Whether the record is, but for its id, the one that was sealed in another place. */
function isSealedAs(
  { id, encoded }: { readonly id: bigint; readonly encoded: string },
  place: bigint,
  sealed: ReadonlyMap<bigint, Buffer>,
): boolean {
  const field = (value: bigint): string => `:${String(value).length}:${value},`;
  return sealed.get(place)?.equals(leafHash(encoded.replace(field(id), field(place)))) ?? false;
}
