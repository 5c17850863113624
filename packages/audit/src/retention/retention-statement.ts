import { createHash } from "node:crypto";
import type { SignedSeal } from "../seal/seal-statement.ts";
import { type BlockLeaves, readBlockLeaves, writeBlockLeaves } from "./leaf-runs.ts";

/**
 * What is signed when a month of records leaves the trail.
 *
 * @example
 * ```ts
 * import type { RetentionStatement } from "@offramp/audit";
 *
 * export function told({ partition, records, archiveLocation }: RetentionStatement): string {
 *   return `${partition}: ${records} records, now in ${archiveLocation}`;
 * }
 * ```
 */
export interface RetentionStatement {
  /** From 0, without a gap. */
  readonly number: number;
  /** The hash of the statement before with its signature, hexadecimal; null in the first. */
  readonly previous: string | null;
  readonly partition: string;
  /** The month, from its first moment to the one after its last: ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly records: number;
  readonly firstId: string | null;
  readonly lastId: string | null;
  /** Which sealed records they were, by the number of the seal and their places in its block. */
  readonly leaves: BlockLeaves;
  /** SHA-256 of the archive's text before it was compressed, hexadecimal. */
  readonly archiveSha256: string;
  /** Where the archive was put, as it says itself. */
  readonly archiveLocation: string;
  /** The login that dropped the records. */
  readonly droppedBy: string;
  readonly droppedAt: string;
  /** The key that signs it. */
  readonly key: string;
}

/**
 * A retention statement with its signature, as a seal has one.
 *
 * @example
 * ```ts
 * import { openTrail, type SignedRetention } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const statements: readonly SignedRetention[] = await openTrail(connect()).retentions();
 * for (const { text } of statements) console.log(text);
 * ```
 */
export type SignedRetention = SignedSeal;

const HEAD = "offramp audit retention 1";

/** The statement as the text that is signed: a line for each field, in this order, each with its name. */
export function retentionText(statement: RetentionStatement): string {
  const lines = [
    HEAD,
    `number ${statement.number}`,
    `previous ${statement.previous ?? "-"}`,
    `partition ${statement.partition}`,
    `month ${statement.from} ${statement.to}`,
    `records ${statement.records}`,
    `ids ${statement.firstId ?? "-"} ${statement.lastId ?? "-"}`,
    `leaves ${writeBlockLeaves(statement.leaves)}`,
    `archive-sha256 ${statement.archiveSha256}`,
    `archive ${oneLine(statement.archiveLocation)}`,
    `dropped-by ${oneLine(statement.droppedBy)}`,
    `dropped-at ${statement.droppedAt}`,
    `key ${statement.key}`,
  ];
  return `${lines.join("\n")}\n`;
}

function oneLine(text: string): string {
  if (/[\r\n]/.test(text)) throw new TypeError("retain: the location of an archive is one line");
  return text;
}

const FORM = new RegExp(
  [
    `^${HEAD}`,
    "number (?<number>0|[1-9]\\d*)",
    "previous (?<previous>[0-9a-f]{64}|-)",
    "partition (?<partition>\\S+)",
    "month (?<from>\\S+) (?<to>\\S+)",
    "records (?<records>\\d+)",
    "ids (?<first>\\d+|-) (?<last>\\d+|-)",
    "leaves (?<leaves>[^\\n]+)",
    "archive-sha256 (?<sha256>[0-9a-f]{64})",
    "archive (?<archive>[^\\n]*)",
    "dropped-by (?<by>[^\\n]*)",
    "dropped-at (?<at>\\S+)",
    "key (?<key>\\S+)\\n$",
  ].join("\\n"),
);

/**
 * What is signed of a statement: its head and its SHA-256. The text itself may be longer than a key service takes (4,096
 * bytes with AWS KMS).
 */
export function signedText(text: string): string {
  return `${HEAD} ${createHash("sha256").update(text, "utf8").digest("hex")}\n`;
}

/** Reads a statement; undefined for a text that is none. */
export function parseRetention(text: string): RetentionStatement | undefined {
  const found = FORM.exec(text)?.groups;
  const leaves = readBlockLeaves(found?.["leaves"] ?? "");
  if (found === undefined || leaves === undefined) return undefined;
  const orNull = (value = "-"): string | null => (value === "-" ? null : value);
  return {
    number: Number(found["number"]),
    previous: orNull(found["previous"]),
    partition: found["partition"] ?? "",
    from: found["from"] ?? "",
    to: found["to"] ?? "",
    records: Number(found["records"]),
    firstId: orNull(found["first"]),
    lastId: orNull(found["last"]),
    leaves,
    archiveSha256: found["sha256"] ?? "",
    archiveLocation: found["archive"] ?? "",
    droppedBy: found["by"] ?? "",
    droppedAt: found["at"] ?? "",
    key: found["key"] ?? "",
  };
}
