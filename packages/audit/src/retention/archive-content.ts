import type { Queryable } from "@offramp/db";
import { type Leaf, readLeaves } from "../seal/leaf-list.ts";
import { leafHash, merkleRoot } from "../seal/merkle-tree.ts";
import { readRecords } from "../seal/read-records.ts";
import { parseStatement, type SealStatement } from "../seal/seal-statement.ts";
import { leavesOf, storedSeals } from "../seal/stored-seals.ts";
import { ARCHIVE_VERSION } from "./archive-version.ts";
import type { ExpiredPartition } from "./expired-partitions.ts";
import { type LeafRuns, RunCollector } from "./leaf-runs.ts";

/** The text of an archive, and, when it has been read to its end, which sealed records are in it. */
export interface ArchiveContent {
  readonly lines: AsyncGenerator<string>;
  readonly leaves: ReadonlyMap<number, LeafRuns>;
}

/**
 * A month of records with the seals of their blocks, a line of JSON each. A block's other records, of the month before
 * or after, stand in it as their hashes, so that the root of the block can be computed from the archive alone.
 *
 * @throws {Error} from `lines`: a record is not as it was sealed.
 */
export function archiveContent(db: Queryable, partition: ExpiredPartition): ArchiveContent {
  const leaves = new Map<number, LeafRuns>();
  return { lines: archiveLines(db, partition, leaves), leaves };
}

async function* archiveLines(
  db: Queryable,
  partition: ExpiredPartition,
  collected: Map<number, LeafRuns>,
): AsyncGenerator<string> {
  const { from, to, records, firstId, lastId } = partition;
  yield line({ archive: ARCHIVE_VERSION, partition: partition.partition, from, to });
  for await (const { text, signature } of sealsOf(db, partition)) {
    const statement = parseStatement(text);
    if (statement === undefined) throw notAsSealed(partition, "a seal is none");
    yield line({ seal: text, signature });
    const leaves = readLeaves((await leavesOf(db, statement.number)) ?? Buffer.alloc(0)) ?? [];
    if (merkleRoot(leaves.map(({ hash }) => hash)).toString("hex") !== statement.root)
      throw notAsSealed(partition, `the list of leaves of block ${statement.number} is another`);
    const runs = new RunCollector();
    yield* blockLines(db, { partition, statement, leaves, runs });
    const some = runs.of(leaves.length);
    if (some !== undefined) collected.set(statement.number, some);
  }
  yield line({ end: { records, firstId, lastId } });
}

interface Block {
  readonly partition: ExpiredPartition;
  readonly statement: SealStatement;
  readonly leaves: readonly Leaf[];
  readonly runs: RunCollector;
}

async function* blockLines(
  db: Queryable,
  { partition, statement, leaves, runs }: Block,
): AsyncGenerator<string> {
  const range = { from: statement.fromTransaction, to: statement.toTransaction };
  let next = 0;
  for await (const batch of readRecords(db, range, partition)) {
    for (const { id, encoded } of batch) {
      for (let leaf = leaves[next]; leaf !== undefined && leaf.id < id; leaf = leaves[next]) {
        yield line({ leaf: leaf.hash.toString("hex") });
        next += 1;
      }
      const leaf = leaves[next];
      if (leaf?.id !== id || !leaf.hash.equals(leafHash(encoded)))
        throw notAsSealed(partition, `record ${id} is not what was sealed`);
      yield line({ record: encoded });
      runs.add(next);
      next += 1;
    }
  }
  for (const leaf of leaves.slice(next)) yield line({ leaf: leaf.hash.toString("hex") });
}

/** The seals of the blocks that have records of the partition. */
async function* sealsOf(
  db: Queryable,
  { firstTransaction, lastTransaction }: ExpiredPartition,
): ReturnType<typeof storedSeals> {
  if (firstTransaction === null || lastTransaction === null) return;
  const [first] = await db.query({
    text: "select number::text from audit.seal where to_transaction > $1::xid8 order by to_transaction limit 1",
    values: [firstTransaction],
  });
  for await (const seal of storedSeals(db, Number(first?.["number"] ?? 0))) {
    yield seal;
    if (BigInt(seal.toTransaction) > BigInt(lastTransaction)) return;
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function notAsSealed({ partition }: ExpiredPartition, what: string): Error {
  return new Error(`retain: ${partition} is not as it was sealed (${what}), and stays: verify the trail.`);
}
