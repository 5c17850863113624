import type { KeyObject } from "node:crypto";
import type { Queryable } from "@offramp/db";
import { createHash } from "node:crypto";
import type { LeafRuns } from "../retention/leaf-runs.ts";
import { parseRetention, type RetentionStatement, signedText } from "../retention/retention-statement.ts";
import { type StoredRetention, storedRetentions } from "../retention/stored-retentions.ts";
import { sealHash } from "../seal/seal-statement.ts";
import { isSignedBy } from "../seal/signing-key.ts";
import { critical, type Finding } from "./finding.ts";

/** What the retention statements explain, and what is wrong with them. */
export interface Retained {
  /** The records of a block that went when their time was over: places in its list of leaves. */
  readonly leaves: ReadonlyMap<number, readonly LeafRuns[]>;
  readonly records: number;
  readonly findings: readonly Finding[];
}

/**
 * Holds the retention statements against their keys, against each other, and against the records that the trail has of
 * them. One that does not hold explains nothing: its records count as removed.
 */
export async function verifyRetention(
  db: Queryable,
  keys: ReadonlyMap<string, KeyObject>,
): Promise<Retained> {
  const leaves = new Map<number, LeafRuns[]>();
  const findings: Finding[] = [];
  let records = 0;
  const stored = await storedRetentions(db);
  const said = await recordedRetentions(db);
  const statements = stored.map(({ text }) => parseRetention(text));
  const droppedTo = statements.reduce((latest, one) => (one && one.to > latest ? one.to : latest), "");
  let next = 0;
  let previous: StoredRetention | undefined;
  for (const [index, retention] of stored.entries()) {
    const statement = statements[index];
    for (; next < retention.number; next += 1) findings.push(missing(next));
    const wrong =
      judge(retention, statement, { keys, previous }) ??
      (statement !== undefined && statement.droppedAt >= droppedTo && !isRecorded(retention, said)
        ? "has no record in the trail"
        : undefined);
    if (wrong !== undefined) {
      findings.push(
        critical("forged-retention", `Retention statement ${retention.number} ${wrong}.`, {
          retention: retention.number,
        }),
      );
    } else if (statement !== undefined) {
      records += statement.records;
      for (const [block, runs] of statement.leaves) leaves.set(block, [...(leaves.get(block) ?? []), runs]);
    }
    next = retention.number + 1;
    previous = retention;
  }
  for (const { number } of said) if (number >= next) findings.push(missing(number));
  return { leaves, records, findings };
}

function missing(number: number): Finding {
  return critical("missing-retention", `Retention statement ${number} is gone.`, { retention: number });
}

function judge(
  { number, text, signature }: StoredRetention,
  statement: RetentionStatement | undefined,
  {
    keys,
    previous,
  }: { readonly keys: ReadonlyMap<string, KeyObject>; readonly previous: StoredRetention | undefined },
): string | undefined {
  if (statement?.number !== number) return "is not what was signed";
  const key = keys.get(statement.key);
  if (key === undefined) return `is signed with the key ${statement.key}, which is not trusted`;
  if (!isSignedBy(key, signedText(text), signature)) return "is not what was signed";
  const follows =
    number === 0 ? null : previous?.number === number - 1 ? sealHash(previous) : statement.previous;
  return statement.previous === follows ? undefined : "does not follow the one before it";
}

interface RecordedRetention {
  readonly number: number;
  readonly sha256: string;
  readonly transactionId: string;
}

/** What the trail says of months that were dropped. Only the owner's function can have written it. */
async function recordedRetentions(db: Queryable): Promise<readonly RecordedRetention[]> {
  const rows = await db.query({
    text: `select details ->> 'retention' as number, details ->> 'statement_sha256' as sha256, transaction_id::text as transaction_id
      from audit.phi_access_log
      where database_role = 'offramp_audit_owner' and relations = '{audit.phi_access_log}' and details ? 'retention'`,
  });
  return rows.map((row) => ({
    number: Number(row["number"]),
    sha256: row["sha256"] ?? "",
    transactionId: row["transaction_id"] ?? "",
  }));
}

function isRecorded(
  { number, text, transactionId }: StoredRetention,
  said: readonly RecordedRetention[],
): boolean {
  const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
  return said.some(
    (record) =>
      record.number === number && record.sha256 === sha256 && record.transactionId === transactionId,
  );
}
