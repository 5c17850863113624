import type { KeyObject } from "node:crypto";
import type { Database, Queryable } from "@offramp/db";
import type { Anchor } from "../anchor/anchor.ts";
import { parseStatement, sealHash, type SealStatement } from "../seal/seal-statement.ts";
import { isSignedBy, readPublicKey, type SigningKey } from "../seal/signing-key.ts";
import { type StoredSeal, storedSeals } from "../seal/stored-seals.ts";
import { critical, type Finding, information } from "./finding.ts";
import { verifyBlock } from "./verify-block.ts";

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
  readonly keys: readonly Pick<SigningKey, "id" | "publicKey">[];
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
  /** The records that the seals say there are. */
  readonly records: number;
  readonly lastSealedAt: string | null;
  /** Undefined when there is no seal yet. */
  readonly lastSeal: SealStatement | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Holds every sealed record against its seal, every seal against the one before it and its key, and all of them against
 * the anchors. Records are read in batches: memory does not grow with the trail.
 *
 * @throws {TypeError} a key is no Ed25519 public key.
 */
export async function verifyTrail(db: Database, options: VerifyOptions): Promise<VerifyReport> {
  const chain = new Chain(options.keys);
  const findings: Finding[] = [];
  for await (const seal of storedSeals(db)) {
    findings.push(...chain.add(seal));
    const statement = parseStatement(seal.text);
    if (statement !== undefined)
      for await (const finding of verifyBlock(db, statement)) findings.push(finding);
  }
  for (const anchor of options.anchors ?? []) findings.push(...(await compareAnchor(db, anchor)));
  findings.push(...(await unsealed(db, chain.sealedTo)));
  return {
    intact: findings.every(({ severity }) => severity !== "critical"),
    seals: chain.seals,
    records: chain.records,
    lastSealedAt: chain.last?.sealedAt ?? null,
    lastSeal: chain.last,
    findings,
  };
}

/** The seals in their order, each held against the one before it. */
class Chain {
  readonly #keys: Map<string, KeyObject>;
  #next = 0;
  #previous: StoredSeal | undefined;
  seals = 0;
  records = 0;
  last: SealStatement | undefined;

  constructor(keys: VerifyOptions["keys"]) {
    this.#keys = new Map(keys.map(({ id, publicKey }) => [id, trusted(id, publicKey)]));
  }

  get sealedTo(): string {
    return this.#previous?.toTransaction ?? "0";
  }

  add(seal: StoredSeal): Finding[] {
    const findings: Finding[] = [];
    const { number } = seal;
    for (; this.#next < number; this.#next += 1) {
      findings.push(critical("missing-seal", `Seal ${this.#next} is gone.`, { seal: this.#next }));
      this.#previous = undefined;
    }
    const statement = parseStatement(seal.text);
    const forged = this.#judge(seal, statement);
    if (forged === undefined) this.#trustNext(statement);
    else findings.push(forged);
    if (statement !== undefined && !this.#follows(statement)) {
      findings.push(
        critical("broken-chain", `Seal ${number} does not follow the seal before it.`, { seal: number }),
      );
    }
    this.#next = number + 1;
    this.#previous = seal;
    this.last = statement ?? this.last;
    this.seals += 1;
    this.records += statement?.records ?? 0;
    return findings;
  }

  /** Whoever is trusted says who is trusted next. */
  #trustNext(statement: SealStatement | undefined): void {
    const next = statement?.nextKey ?? null;
    const key = next === null ? undefined : readPublicKey(next.publicKey);
    if (next !== null && key !== undefined) this.#keys.set(next.id, key);
  }

  #judge(seal: StoredSeal, statement: SealStatement | undefined): Finding | undefined {
    const { number } = seal;
    const forged = critical("forged-seal", `Seal ${number} is not what was signed.`, { seal: number });
    if (
      statement === undefined ||
      statement.number !== number ||
      statement.toTransaction !== seal.toTransaction
    )
      return forged;
    const key = this.#keys.get(statement.key);
    if (key === undefined) {
      return critical(
        "wrong-key",
        `Seal ${number} is signed with the key ${statement.key}, which is not trusted.`,
        { seal: number },
      );
    }
    return isSignedBy(key, seal.text, seal.signature) ? undefined : forged;
  }

  /** After a seal that is gone, only the transactions that it must have ended at are not known. */
  #follows(statement: SealStatement): boolean {
    if (statement.number === 0) return statement.previous === null && statement.fromTransaction === "0";
    if (this.#previous === undefined) return true;
    return (
      statement.previous === sealHash(this.#previous) &&
      statement.fromTransaction === this.#previous.toTransaction
    );
  }
}

function trusted(id: string, publicKey: string): KeyObject {
  const key = readPublicKey(publicKey);
  if (key === undefined) throw new TypeError(`verify: the key ${id} is no Ed25519 public key in PEM or DER`);
  return key;
}

/** Both are in the order of the numbers, and walked side by side. */
async function compareAnchor(db: Queryable, anchor: Anchor): Promise<Finding[]> {
  const findings: Finding[] = [];
  const here = storedSeals(db)[Symbol.asyncIterator]();
  const place = (seal: number): { seal: number; anchor: string } => ({ seal, anchor: anchor.name });
  let { value: seal } = (await here.next()) as { value: StoredSeal | undefined };
  let last = -1;
  const lost: number[] = [];
  for await (const [number, anchored] of anchor.read()) {
    for (
      ;
      seal !== undefined && seal.number < number;
      { value: seal } = (await here.next()) as { value: StoredSeal | undefined }
    ) {
      findings.push(
        critical(
          "anchor-differs",
          `The anchor ${anchor.name} does not have seal ${seal.number}.`,
          place(seal.number),
        ),
      );
      last = seal.number;
    }
    if (seal?.number !== number) {
      lost.push(number);
      continue;
    }
    if (seal.text !== anchored.text || seal.signature !== anchored.signature) {
      findings.push(
        critical("anchor-differs", `The anchor ${anchor.name} has another seal ${number}.`, place(number)),
      );
    }
    last = number;
    ({ value: seal } = (await here.next()) as { value: StoredSeal | undefined });
  }
  const tail = lost.filter((number) => number > last);
  if (tail.length > 0) {
    findings.push(
      critical(
        "truncated-tail",
        `The anchor ${anchor.name} has ${tail.length} seals after the last one here, from ${tail[0]} on: they and their records were cut off.`,
        place(tail[0] ?? 0),
      ),
    );
  }
  for (; seal !== undefined; { value: seal } = (await here.next()) as { value: StoredSeal | undefined }) {
    findings.push(
      information(
        "not-anchored",
        `Seal ${seal.number} has not reached the anchor ${anchor.name} yet.`,
        place(seal.number),
      ),
    );
  }
  return findings;
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
