import { createHash } from "node:crypto";

/**
 * What a seal says of a block: the committed records of the transactions from one number up to another.
 *
 * @example
 * ```ts
 * import type { SealStatement } from "@offramp/audit";
 *
 * export function told({ number, records, sealedAt }: SealStatement): string {
 *   return `seal ${number} of ${sealedAt}: ${records} records`;
 * }
 * ```
 */
export interface SealStatement {
  /** From 0, without a gap. */
  readonly number: number;
  /** The version of the records' encoding. */
  readonly encoding: number;
  /** The block's first transaction number, and the first that is not in it. */
  readonly fromTransaction: string;
  readonly toTransaction: string;
  readonly records: number;
  /** The lowest and the highest id; null in a block without records. */
  readonly firstId: string | null;
  readonly lastId: string | null;
  /** The root of the block's Merkle tree, hexadecimal. */
  readonly root: string;
  /** The hash of the seal before, hexadecimal; null in the first. */
  readonly previous: string | null;
  /** ISO 8601, UTC. */
  readonly sealedAt: string;
  /** The key that signs it. */
  readonly key: string;
  /** The key that the next seals are signed with, and its public half (DER, SPKI, base64). */
  readonly nextKey: { readonly id: string; readonly publicKey: string } | null;
}

/**
 * A statement with its signature.
 *
 * @example
 * ```ts
 * import type { SignedSeal } from "@offramp/audit";
 *
 * export function numberOf({ text }: SignedSeal): string | undefined {
 *   return /^number (\d+)$/m.exec(text)?.[1];
 * }
 * ```
 */
export interface SignedSeal {
  /** Exactly what is signed. */
  readonly text: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

const HEAD = "offramp audit seal 1";

/** The statement as the text that is signed: a line for each field, in this order, each with its name. */
export function statementText(statement: SealStatement): string {
  const { nextKey } = statement;
  const lines = [
    HEAD,
    `number ${statement.number}`,
    `encoding ${statement.encoding}`,
    `transactions ${statement.fromTransaction} ${statement.toTransaction}`,
    `records ${statement.records}`,
    `ids ${statement.firstId ?? "-"} ${statement.lastId ?? "-"}`,
    `root ${statement.root}`,
    `previous ${statement.previous ?? "-"}`,
    `sealed-at ${statement.sealedAt}`,
    `key ${statement.key}`,
    `next-key ${nextKey === null ? "-" : `${nextKey.id} ${nextKey.publicKey}`}`,
  ];
  return `${lines.join("\n")}\n`;
}

const FORM = new RegExp(
  [
    `^${HEAD}`,
    "number (?<number>0|[1-9]\\d*)",
    "encoding (?<encoding>\\d+)",
    "transactions (?<from>\\d+) (?<to>\\d+)",
    "records (?<records>\\d+)",
    "ids (?<first>\\d+|-) (?<last>\\d+|-)",
    "root (?<root>[0-9a-f]{64})",
    "previous (?<previous>[0-9a-f]{64}|-)",
    "sealed-at (?<at>\\S+)",
    "key (?<key>\\S+)",
    "next-key (?:-|(?<next>\\S+) (?<public>\\S+))\\n$",
  ].join("\\n"),
);

/** Reads a statement; undefined for a text that is none. */
export function parseStatement(text: string): SealStatement | undefined {
  const found = FORM.exec(text)?.groups;
  if (found === undefined) return undefined;
  const orNull = (value: string | undefined): string | null =>
    value === undefined || value === "-" ? null : value;
  const { next, public: publicKey } = found;
  return {
    number: Number(found["number"]),
    encoding: Number(found["encoding"]),
    fromTransaction: found["from"] ?? "",
    toTransaction: found["to"] ?? "",
    records: Number(found["records"]),
    firstId: orNull(found["first"]),
    lastId: orNull(found["last"]),
    root: found["root"] ?? "",
    previous: orNull(found["previous"]),
    sealedAt: found["at"] ?? "",
    key: found["key"] ?? "",
    nextKey: next === undefined || publicKey === undefined ? null : { id: next, publicKey },
  };
}

/** What the next seal has as `previous`: over the statement and its signature. */
export function sealHash({ text, signature }: SignedSeal): string {
  return createHash("sha256").update(`${text}${signature}\n`, "utf8").digest("hex");
}
