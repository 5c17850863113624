import type { Queryable } from "@offramp/db";
import { ENTRY_BYTES } from "./leaf-list.ts";
import type { TransactionRange } from "./read-records.ts";
import { RECORD_ENCODING } from "./record-encoding.ts";

/** The ids of a block, as its seal says them; null in a block without records. */
export interface BlockIds {
  readonly firstId: string | null;
  readonly lastId: string | null;
}

/**
 * A record's entry in the list of leaves: its id, and the hash of its encoding after the byte 0. The database hashes:
 * forty bytes travel for a record instead of a thousand.
 */
const LEAF = `int8send(id) || sha256(decode('00', 'hex') || convert_to(${RECORD_ENCODING}, 'UTF8'))`;

const TEXT = `select encode(string_agg(${LEAF}, ''::bytea order by id), 'hex') as leaves from audit.phi_access_log
  where transaction_id >= $1::xid8 and transaction_id < $2::xid8`;

const WINDOW_TEXT = `${TEXT} and id >= $3::bigint and id < $4::bigint`;

/** How many ids are asked for at once: forty megabytes of leaves, however many records one transaction wrote. */
const WINDOW = 1_000_000n;
const LEAST = "-9223372036854775808";
const MOST = "9223372036854775807";

/**
 * The leaves of the records that a block has now, in the order of their ids, as lists that continue each other.
 *
 * @param ids only divide the work: a record outside them is found too.
 */
export async function* blockLeaves(
  db: Queryable,
  { from, to }: TransactionRange,
  { firstId, lastId }: BlockIds,
): AsyncGenerator<Buffer> {
  const [first, last] = [BigInt(firstId ?? 0), BigInt(lastId ?? 0)];
  if (last - first < WINDOW) {
    yield leavesOfRow(await db.query({ text: TEXT, values: [from, to], prepare: true }));
    return;
  }
  for (let start = first; start <= last; start += WINDOW) {
    const bounds = [
      start === first ? LEAST : String(start),
      start + WINDOW > last ? MOST : String(start + WINDOW),
    ];
    yield leavesOfRow(await db.query({ text: WINDOW_TEXT, values: [from, to, ...bounds], prepare: true }));
  }
}

function leavesOfRow([row]: Awaited<ReturnType<Queryable["query"]>>): Buffer {
  const leaves = Buffer.from(row?.["leaves"] ?? "", "hex");
  if (leaves.length % ENTRY_BYTES !== 0) throw new Error("The database gave leaves that are none.");
  return leaves;
}
