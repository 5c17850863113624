import type { Database, Queryable, Transaction } from "@offramp/db";
import type { Anchor } from "../anchor/anchor.ts";
import { type BlockIds, blockLeaves } from "./block-leaves.ts";
import { leafHashes } from "./leaf-list.ts";
import { TreeHasher } from "./merkle-tree.ts";
import type { TransactionRange } from "./read-records.ts";
import { ENCODING_VERSION } from "./record-encoding.ts";
import {
  parseStatement,
  sealHash,
  type SealStatement,
  type SignedSeal,
  statementText,
} from "./seal-statement.ts";
import type { SigningKey } from "./signing-key.ts";
import { lastSeal, storedSeals } from "./stored-seals.ts";

/**
 * How records are sealed.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { fileAnchor, type SealOptions, signingKey } from "@offramp/audit";
 *
 * const options: SealOptions = {
 *   key: signingKey("seal-2026", readFileSync("seal-key.pem", "utf8")),
 *   anchors: [fileAnchor("/mnt/anchor/clinic-seals.ndjson")],
 * };
 * console.log(options.key.id);
 * ```
 */
export interface SealOptions {
  readonly key: SigningKey;
  /** Each takes every seal. Default none: then a cut-off tail cannot be seen. */
  readonly anchors?: readonly Anchor[];
  /** How many records a block has at most, unless one transaction wrote more. Default 65,536. */
  readonly blockRecords?: number;
  /** Introduces the key of the seals after these: whoever trusts `key` then trusts it. */
  readonly nextKey?: Pick<SigningKey, "id" | "publicKey">;
}

/**
 * What sealing did.
 *
 * @example
 * ```ts
 * import type { SealReport } from "@offramp/audit";
 *
 * export function told({ seals, records }: SealReport): string {
 *   return `${records} records in ${seals.length} seals`;
 * }
 * ```
 */
export interface SealReport {
  readonly seals: readonly SealStatement[];
  readonly records: number;
}

const DEFAULT_BLOCK = 65_536;

/**
 * Seals every record of a transaction that has ended. A record whose transaction still runs comes into a later block:
 * blocks are ranges of transaction numbers, and one ends where the oldest running transaction begins. So writers are
 * never waited for, and never wait.
 *
 * Two processes at once: one seals, the other waits and seals what has come since. Killed at any moment: the block is
 * there with its seal or not at all, and a seal that did not reach its anchors reaches them with the next.
 */
export async function sealRecords(db: Database, options: SealOptions): Promise<SealReport> {
  const anchors = options.anchors ?? [];
  for (const anchor of anchors) await bringUpToDate(db, anchor);
  const seals: SealStatement[] = [];
  for (;;) {
    const sealed = await db.transaction((transaction) => sealBlock(transaction, options));
    if (sealed === undefined) break;
    seals.push(sealed.statement);
    for (const anchor of anchors) await anchor.append(sealed.statement.number, sealed.seal);
  }
  return { seals, records: seals.reduce((sum, { records }) => sum + records, 0) };
}

/** Adds to an anchor the seals that it should have: those that a killed process left in the database only. */
async function bringUpToDate(db: Queryable, anchor: Anchor): Promise<void> {
  const there = new Set<number>();
  for await (const [number] of anchor.read()) there.add(number);
  for await (const { number, text, signature } of storedSeals(db)) {
    if (!there.has(number)) await anchor.append(number, { text, signature });
  }
}

interface SealedBlock {
  readonly statement: SealStatement;
  readonly seal: SignedSeal;
}

async function sealBlock(transaction: Transaction, options: SealOptions): Promise<SealedBlock | undefined> {
  await transaction.query({
    text: "select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('offramp.audit.seal', 0))",
  });
  const last = await lastSeal(transaction);
  const range = await nextRange(
    transaction,
    last?.toTransaction ?? "0",
    options.blockRecords ?? DEFAULT_BLOCK,
  );
  if (range === undefined) return undefined;
  const tree = new TreeHasher();
  const lists: Buffer[] = [];
  const ids = await idsOf(transaction, range);
  for await (const list of blockLeaves(transaction, range, ids)) {
    for (const hash of leafHashes(list)) tree.add(hash);
    lists.push(list);
  }
  const { key, nextKey } = options;
  const statement: SealStatement = {
    number: last === undefined ? 0 : last.number + 1,
    encoding: ENCODING_VERSION,
    fromTransaction: range.from,
    toTransaction: range.to,
    records: tree.count,
    ...ids,
    root: tree.root().toString("hex"),
    previous: last === undefined ? null : sealHash(last),
    sealedAt: new Date().toISOString(),
    key: key.id,
    nextKey: introduced(last, key, nextKey),
  };
  const text = statementText(statement);
  const signature = Buffer.from(await key.sign(Buffer.from(text, "utf8"))).toString("base64");
  await transaction.query({
    text: `insert into audit.seal (number, statement, signature, to_transaction, leaves)
      values ($1::bigint, $2, decode($3, 'base64'), $4::xid8, decode($5, 'base64'))`,
    values: [String(statement.number), text, signature, range.to, Buffer.concat(lists).toString("base64")],
  });
  return { statement, seal: { text, signature } };
}

async function idsOf(transaction: Transaction, { from, to }: TransactionRange): Promise<BlockIds> {
  const [row] = await transaction.query({
    text: `select min(id)::text as first, max(id)::text as last from audit.phi_access_log
      where transaction_id >= $1::xid8 and transaction_id < $2::xid8`,
    values: [from, to],
  });
  return { firstId: row?.["first"] ?? null, lastId: row?.["last"] ?? null };
}

/** The next key is said once: a seal that is signed with it, or after one that named it, need not say it again. */
function introduced(
  last: SignedSeal | undefined,
  key: SigningKey,
  next: SealOptions["nextKey"],
): SealStatement["nextKey"] {
  if (next === undefined || next.id === key.id) return null;
  const said = last === undefined ? undefined : parseStatement(last.text)?.nextKey?.id;
  return said === next.id
    ? null
    : { id: next.id, publicKey: next.publicKey.replaceAll(/-----[^-]+-----|\s/g, "") };
}

/** The transactions of the next block; undefined when nothing that has ended is unsealed. */
async function nextRange(
  transaction: Transaction,
  from: string,
  records: number,
): Promise<TransactionRange | undefined> {
  // First the horizon, then the records: what had ended at the horizon is visible to every later statement.
  const [now] = await transaction.query({
    text: "select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text as horizon",
  });
  const horizon = now?.["horizon"] ?? "0";
  if (BigInt(horizon) < BigInt(from)) {
    throw new Error(
      `The trail cannot be sealed: the last seal ends at transaction ${from}, and this server is at ${horizon}. ` +
        "The database was copied into a server that counts anew (pg_dump does; snapshots and replicas do not). " +
        "Verify the trail where it came from, and begin a new one here.",
    );
  }
  // Ordered by the column: the bare name would mean the text that is selected, and order 1000 before 999.
  const [found] = await transaction.query({
    text: `select min(transaction_id)::text as first, (
        select log.transaction_id::text from audit.phi_access_log as log
        where log.transaction_id >= $1::xid8 and log.transaction_id < $2::xid8
        order by log.transaction_id limit 1 offset $3::bigint
      ) as cut
      from audit.phi_access_log where transaction_id >= $1::xid8 and transaction_id < $2::xid8`,
    values: [from, horizon, String(records)],
  });
  const first = found?.["first"] ?? null;
  if (first === null) return undefined;
  const cut = found?.["cut"] ?? null;
  if (cut === null) return { from, to: horizon };
  // A transaction is never divided, however many records it wrote.
  return { from, to: cut === first ? String(BigInt(cut) + 1n) : cut };
}
