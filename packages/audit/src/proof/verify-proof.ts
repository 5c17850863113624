import { leafHash, rootFromPath } from "../seal/merkle-tree.ts";
import { decodeRecord } from "../seal/record-encoding.ts";
import { parseStatement, type SealStatement, type SignedSeal } from "../seal/seal-statement.ts";
import { isSignedBy, readPublicKey, type SigningKey } from "../seal/signing-key.ts";

/**
 * That a record was sealed: the record, the way from it to the root of its block, and the seal. Plain data, to be
 * written as JSON and handed to someone who has nothing but the public key.
 *
 * @example
 * ```ts
 * import type { InclusionProof } from "@offramp/audit/proof";
 *
 * export function sizeOf(proof: InclusionProof): number {
 *   return proof.path.length * 32;
 * }
 * ```
 */
export interface InclusionProof {
  /** The record in the encoding that was hashed. */
  readonly record: string;
  /** Its place among the records of the block, from 0. */
  readonly index: number;
  /** The hashes beside the way up, from the bottom: RFC 6962, section 2.1.1. Hexadecimal. */
  readonly path: readonly string[];
  readonly seal: SignedSeal;
}

/**
 * What a proof shows, or why it shows nothing.
 *
 * @example
 * ```ts
 * import type { ProofResult } from "@offramp/audit/proof";
 *
 * export function told(result: ProofResult): string {
 *   return result.valid ? `record ${result.record["id"]}, sealed ${result.seal.sealedAt}` : result.reason;
 * }
 * ```
 */
export type ProofResult =
  | {
      readonly valid: true;
      /** The record's fields as texts, null for what is null. */
      readonly record: Readonly<Record<string, string | null>>;
      readonly seal: SealStatement;
    }
  | { readonly valid: false; readonly reason: string };

/**
 * Checks that a record was in a block that one of the keys signed. Needs no database and no network.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { type InclusionProof, verifyProof } from "@offramp/audit/proof";
 *
 * const proof = JSON.parse(readFileSync("proof.json", "utf8")) as InclusionProof;
 * const result = verifyProof(proof, [{ id: "seal-2026", publicKey: readFileSync("seal-key.pub.pem", "utf8") }]);
 * console.log(result.valid ? result.record["recorded_at"] : result.reason);
 * ```
 */
export function verifyProof(
  proof: InclusionProof,
  keys: readonly Pick<SigningKey, "id" | "publicKey">[],
): ProofResult {
  const refuse = (reason: string): ProofResult => ({ valid: false, reason });
  const seal = parseStatement(proof.seal.text);
  if (seal === undefined) return refuse("The seal is no seal of a version that is known here.");
  const trusted = keys.find(({ id }) => id === seal.key);
  if (trusted === undefined)
    return refuse(`The seal is signed with the key ${seal.key}, which is not trusted.`);
  const key = readPublicKey(trusted.publicKey);
  if (key === undefined) return refuse(`The key ${trusted.id} is no Ed25519 public key.`);
  if (!isSignedBy(key, proof.seal.text, proof.seal.signature))
    return refuse("The seal is not what was signed.");
  const root = rootFromPath(leafHash(proof.record), {
    index: proof.index,
    count: seal.records,
    path: proof.path.map((hash) => Buffer.from(hash, "hex")),
  });
  if (root?.toString("hex") !== seal.root) return refuse("The record is not in the block that was sealed.");
  try {
    return { valid: true, record: decodeRecord(proof.record), seal };
  } catch (error) {
    return refuse((error as Error).message);
  }
}
