/**
 * Something that is not as the seals say, or, with `severity` `information`, worth knowing.
 *
 * - `changed`, `removed`, `inserted`: a record of a sealed block.
 * - `reordered`: the record that was sealed as `other` now stands as `id`.
 * - `block-differs`: a block is not what was sealed, and its list of leaves, which would tell where, was changed too.
 * - `missing-seal`, `forged-seal`, `wrong-key`, `broken-chain`: a seal is not there, is not what was signed, is signed with
 *   a key that is not trusted, or does not follow the one before it.
 * - `truncated-tail`: an anchor has seals that came after the last one here.
 * - `anchor-differs`: an anchor has another seal under this number.
 * - `forged-retention`, `missing-retention`: a statement about records whose time was over is not what was signed, or is
 *   not there; the records that it spoke of count as removed.
 * - `not-anchored`, `unsealed`: the newest seals or records, which nothing can be said of yet.
 *
 * @example
 * ```ts
 * import type { Finding } from "@offramp/audit";
 *
 * export function alarming(findings: readonly Finding[]): readonly Finding[] {
 *   return findings.filter(({ severity }) => severity === "critical");
 * }
 * ```
 */
export interface Finding {
  readonly kind:
    | "changed"
    | "removed"
    | "inserted"
    | "reordered"
    | "block-differs"
    | "missing-seal"
    | "forged-seal"
    | "wrong-key"
    | "broken-chain"
    | "truncated-tail"
    | "anchor-differs"
    | "forged-retention"
    | "missing-retention"
    | "not-anchored"
    | "unsealed";
  readonly severity: "critical" | "information";
  /** The number of the seal. */
  readonly seal?: number;
  /** The id of the record. */
  readonly id?: string;
  /** Of records that stood beside each other, the id of the last. */
  readonly lastId?: string;
  readonly other?: string;
  readonly anchor?: string;
  /** The number of the retention statement. */
  readonly retention?: number;
  /** A sentence for people. Never a field of a record. */
  readonly message: string;
}

type Place = Pick<Finding, "seal" | "id" | "lastId" | "other" | "anchor" | "retention">;

export function critical(kind: Finding["kind"], message: string, place: Place = {}): Finding {
  return { kind, severity: "critical", ...place, message };
}

export function information(kind: Finding["kind"], message: string, place: Place = {}): Finding {
  return { kind, severity: "information", ...place, message };
}
