import type { Queryable } from "@offramp/db";
import { readLeaves } from "../seal/leaf-list.ts";
import { auditPath } from "../seal/merkle-tree.ts";
import { RECORD_ENCODING } from "../seal/record-encoding.ts";
import { leavesOf, storedSeals } from "../seal/stored-seals.ts";
import type { InclusionProof } from "./verify-proof.ts";

/**
 * The proof that a record was sealed.
 *
 * @throws {RangeError} there is no record with this id, or it is not sealed yet, or its seal does not know it.
 */
export async function proveRecord(db: Queryable, id: string): Promise<InclusionProof> {
  const [row] = await db.query({
    text: `select ${RECORD_ENCODING} as encoded, (
        select number::text from audit.seal where to_transaction > log.transaction_id order by to_transaction limit 1
      ) as number
      from audit.phi_access_log as log where id = $1::bigint`,
    values: [id],
  });
  if (row === undefined) throw new RangeError(`The trail has no record ${id}.`);
  const number = row["number"] ?? null;
  if (number === null) throw new RangeError(`Record ${id} is not sealed yet: seal the trail first.`);
  const leaves = readLeaves((await leavesOf(db, Number(number))) ?? Buffer.alloc(0)) ?? [];
  const index = leaves.findIndex((leaf) => leaf.id === BigInt(id));
  const { value: seal } = await storedSeals(db, Number(number)).next();
  if (index < 0 || seal === undefined) {
    throw new RangeError(`Seal ${number} does not know record ${id}: verify the trail.`);
  }
  return {
    record: row["encoded"] ?? "",
    index,
    path: auditPath(
      leaves.map(({ hash }) => hash),
      index,
    ).map((hash) => hash.toString("hex")),
    seal: { text: seal.text, signature: seal.signature },
  };
}
