import type { Database, Queryable } from "@offramp/db";
import type { Anchor } from "../anchor/anchor.ts";
import { parseStatement, type SealStatement } from "../seal/seal-statement.ts";
import { storedSeals } from "../seal/stored-seals.ts";
import { Chain, type TrustedKey } from "./chain.ts";
import { compareAnchor } from "./compare-anchor.ts";
import { type Finding, information } from "./finding.ts";
import { verifyBlock } from "./verify-block.ts";
import { verifyRetention } from "./verify-retention.ts";

/**
 * What the trail is held against.
 *
 * @example
 * ```ts
 * import { fileAnchor, type VerifyOptions } from "@offramp/audit";
 *
 * const options: VerifyOptions = {
 *   keys: [{ id: "seal-2026", publicKey: process.env.SEAL_PUBLIC_KEY ?? "" }],
 *   anchors: [fileAnchor("/mnt/anchor/clinic-seals.ndjson")],
 * };
 * console.log(options.keys.length);
 * ```
 */
export interface VerifyOptions {
  /** The keys that are trusted from elsewhere. One that a trusted seal introduces is trusted from there on. */
  readonly keys: readonly TrustedKey[];
  readonly anchors?: readonly Anchor[];
}

/**
 * What verifying found.
 *
 * @example
 * ```ts
 * import type { VerifyReport } from "@offramp/audit";
 *
 * export function verdict({ intact, records, seals, findings }: VerifyReport): string {
 *   return intact ? `${records} records in ${seals} seals, as they were sealed` : `${findings.length} findings`;
 * }
 * ```
 */
export interface VerifyReport {
  /** No finding is critical. */
  readonly intact: boolean;
  readonly seals: number;
  /** The records that were sealed. */
  readonly records: number;
  /** How many of them have left the trail since, when their time was over. */
  readonly dropped: number;
  readonly lastSealedAt: string | null;
  /** Undefined when there is no seal yet. */
  readonly lastSeal: SealStatement | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Holds every sealed record against its seal, every seal against the one before it and its key, what has left the trail
 * against the retention statements, and all seals against the anchors. Records are read in batches: memory does not grow
 * with the trail.
 *
 * It looks at one moment of the trail, and a month that is to be dropped waits until it has ended.
 *
 * @throws {TypeError} a key is no Ed25519 public key.
 */
export async function verifyTrail(db: Database, options: VerifyOptions): Promise<VerifyReport> {
  const report = await db.transaction((transaction) => verifyMoment(transaction, options), {
    isolation: "repeatable read",
    readOnly: true,
  });
  const findings = [...report.findings];
  for (const anchor of options.anchors ?? []) findings.push(...(await compareAnchor(db, anchor)));
  return { ...report, intact: findings.every(({ severity }) => severity !== "critical"), findings };
}

async function verifyMoment(db: Queryable, { keys }: VerifyOptions): Promise<Omit<VerifyReport, "intact">> {
  // A snapshot does not keep a table from being dropped.
  await db.query({ text: "lock table audit.phi_access_log in access share mode" });
  const chain = new Chain(keys);
  const findings: Finding[] = [];
  for await (const seal of storedSeals(db)) findings.push(...chain.add(seal));
  const retained = await verifyRetention(db, chain.keys);
  findings.push(...retained.findings);
  for await (const { text } of storedSeals(db)) {
    const statement = parseStatement(text);
    if (statement === undefined) continue;
    const blocks = verifyBlock(db, statement, retained.leaves.get(statement.number));
    for await (const finding of blocks) findings.push(finding);
  }
  findings.push(...(await unsealed(db, chain.sealedTo)));
  return {
    seals: chain.seals,
    records: chain.records,
    dropped: retained.records,
    lastSealedAt: chain.last?.sealedAt ?? null,
    lastSeal: chain.last,
    findings,
  };
}

async function unsealed(db: Queryable, from: string): Promise<Finding[]> {
  const [row] = await db.query({
    text: "select count(*)::text as records from audit.phi_access_log where transaction_id >= $1::xid8",
    values: [from],
  });
  const records = Number(row?.["records"] ?? 0);
  if (records === 0) return [];
  return [information("unsealed", `${records} records are not sealed yet; nothing can be said of them.`)];
}
