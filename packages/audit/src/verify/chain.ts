import type { KeyObject } from "node:crypto";
import { parseStatement, sealHash, type SealStatement } from "../seal/seal-statement.ts";
import { isSignedBy, readPublicKey, type SigningKey } from "../seal/signing-key.ts";
import type { StoredSeal } from "../seal/stored-seals.ts";
import { critical, type Finding } from "./finding.ts";

/** A key that is trusted. */
export type TrustedKey = Pick<SigningKey, "id" | "publicKey">;

/** The seals in their order, each held against the one before it and its key. */
export class Chain {
  readonly #keys: Map<string, KeyObject>;
  #next = 0;
  #previous: StoredSeal | undefined;
  seals = 0;
  records = 0;
  last: SealStatement | undefined;

  /** @throws {TypeError} a key is no Ed25519 public key. */
  constructor(keys: readonly TrustedKey[]) {
    this.#keys = new Map(keys.map(({ id, publicKey }) => [id, trusted(id, publicKey)]));
  }

  get sealedTo(): string {
    return this.#previous?.toTransaction ?? "0";
  }

  /** Whom the seals so far have made trusted, by the ids of the keys. */
  get keys(): ReadonlyMap<string, KeyObject> {
    return this.#keys;
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
