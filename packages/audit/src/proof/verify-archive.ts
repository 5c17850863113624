import type { KeyObject } from "node:crypto";
import { ARCHIVE_VERSION } from "../retention/archive-version.ts";
import { covers } from "../retention/leaf-runs.ts";
import {
  parseRetention,
  type RetentionStatement,
  type SignedRetention,
  signedText,
} from "../retention/retention-statement.ts";
import { leafHash, TreeHasher } from "../seal/merkle-tree.ts";
import { decodeRecord } from "../seal/record-encoding.ts";
import { parseStatement, type SealStatement } from "../seal/seal-statement.ts";
import { isSignedBy, readPublicKey, type SigningKey } from "../seal/signing-key.ts";
import { archiveLines } from "./archive-lines.ts";

/**
 * What an archive shows, or why it shows nothing.
 *
 * @example
 * ```ts
 * import type { ArchiveResult } from "@offramp/audit/proof";
 *
 * export function told(result: ArchiveResult): string {
 *   return result.valid ? `${result.records} records of ${result.partition}, as they were sealed` : result.reason;
 * }
 * ```
 */
export type ArchiveResult =
  | {
      readonly valid: true;
      readonly partition: string;
      /** The month, from its first moment to the one after its last: ISO 8601, UTC. */
      readonly from: string;
      readonly to: string;
      readonly records: number;
      readonly firstId: string | null;
      readonly lastId: string | null;
      /** Of the text, hexadecimal: what the retention statement says of it. */
      readonly sha256: string;
    }
  | { readonly valid: false; readonly reason: string };

/**
 * Checks an archive of a month with nothing but public keys: that each record is of the month and was sealed as it
 * stands, in a block that one of the keys signed; and, given the signed retention statement, that the archive is the one
 * that it speaks of, with every record that was dropped. A key that a seal in the archive introduces is trusted after it.
 *
 * @param content the text, not compressed; a stream of a file is one.
 *
 * @example
 * ```ts
 * import { createReadStream, readFileSync } from "node:fs";
 * import { createGunzip } from "node:zlib";
 * import { verifyArchive } from "@offramp/audit/proof";
 *
 * const content = createReadStream("phi_access_log_202001.ndjson.gz").pipe(createGunzip());
 * const keys = [{ id: "seal-2020", publicKey: readFileSync("seal-key.pub.pem", "utf8") }];
 * const result = await verifyArchive(content, keys);
 * console.log(result.valid ? result.records : result.reason);
 * ```
 */
export async function verifyArchive(
  content: AsyncIterable<Uint8Array>,
  keys: readonly Pick<SigningKey, "id" | "publicKey">[],
  options: { readonly retention?: SignedRetention } = {},
): Promise<ArchiveResult> {
  try {
    const reader = new ArchiveReader(keys);
    const retention = options.retention && reader.retention(options.retention);
    const lines = archiveLines(content);
    for (let next = await lines.next(); ; next = await lines.next()) {
      if (next.done === true) return reader.result(next.value, retention);
      reader.take(JSON.parse(next.value) as ArchiveLine, retention);
    }
  } catch (error) {
    // A line that is no JSON says where in the archive, never what stands there.
    const reason = error instanceof NotProved ? error.message : "The archive is broken: it cannot be read.";
    return { valid: false, reason };
  }
}

class NotProved extends Error {}

interface ArchiveLine {
  readonly archive?: string;
  readonly partition?: string;
  readonly from?: string;
  readonly to?: string;
  readonly seal?: string;
  readonly signature?: string;
  readonly record?: string;
  readonly leaf?: string;
  readonly end?: {
    readonly records: number;
    readonly firstId: string | null;
    readonly lastId: string | null;
  };
}

/** Takes the lines of an archive in their order: one block in memory as the hashes of its levels. */
class ArchiveReader {
  readonly #keys: Map<string, KeyObject>;
  #head: ArchiveLine | undefined;
  #end: ArchiveLine["end"];
  #block: { readonly statement: SealStatement; readonly tree: TreeHasher } | undefined;
  #records = 0;
  #first: bigint | undefined;
  #last: bigint | undefined;

  constructor(keys: readonly Pick<SigningKey, "id" | "publicKey">[]) {
    this.#keys = new Map();
    for (const { id, publicKey } of keys) {
      const key = readPublicKey(publicKey);
      if (key === undefined) throw new NotProved(`The key ${id} is no Ed25519 public key.`);
      this.#keys.set(id, key);
    }
  }

  retention({ text, signature }: SignedRetention): RetentionStatement {
    const statement = parseRetention(text);
    if (statement === undefined) throw new NotProved("The retention statement is none.");
    this.#signed(statement.key, signedText(text), signature);
    return statement;
  }

  take(line: ArchiveLine, retention: RetentionStatement | undefined): void {
    if (this.#head === undefined) {
      if (line.archive !== ARCHIVE_VERSION)
        throw new NotProved("This is no archive of a version that is known here.");
      this.#head = line;
    } else if (this.#end !== undefined) throw new NotProved("The archive goes on after its end.");
    else if (line.seal !== undefined) this.#seal(line.seal, line.signature ?? "");
    else if (line.record !== undefined) this.#record(line.record, retention);
    else if (line.leaf !== undefined) this.#leaf(line.leaf, retention);
    else if (line.end !== undefined) {
      this.#closeBlock();
      this.#end = line.end;
    } else throw new NotProved("The archive has a line that is nothing.");
  }

  result(sha256: string, retention: RetentionStatement | undefined): ArchiveResult {
    const { partition = "", from = "", to = "" } = this.#head ?? {};
    if (this.#end === undefined) throw new NotProved("The archive is cut off.");
    const { records, firstId, lastId } = this.#end;
    const counted = { records: this.#records, firstId: idText(this.#first), lastId: idText(this.#last) };
    if (records !== counted.records || firstId !== counted.firstId || lastId !== counted.lastId)
      throw new NotProved("The archive does not have the records that it says.");
    if (
      retention !== undefined &&
      (retention.archiveSha256 !== sha256 ||
        retention.partition !== partition ||
        retention.records !== records)
    )
      throw new NotProved("The archive is not the one that the retention statement speaks of.");
    return { valid: true, partition, from, to, records, firstId, lastId, sha256 };
  }

  #seal(text: string, signature: string): void {
    this.#closeBlock();
    const statement = parseStatement(text);
    if (statement === undefined) throw new NotProved("The archive has a seal that is none.");
    this.#signed(statement.key, text, signature);
    const next = statement.nextKey;
    const introduced = next === null ? undefined : readPublicKey(next.publicKey);
    if (next !== null && introduced !== undefined) this.#keys.set(next.id, introduced);
    this.#block = { statement, tree: new TreeHasher() };
  }

  #signed(id: string, text: string, signature: string): void {
    const key = this.#keys.get(id);
    if (key === undefined)
      throw new NotProved(`The archive is signed with the key ${id}, which is not trusted.`);
    if (!isSignedBy(key, text, signature)) throw new NotProved("The archive has a signature that is forged.");
  }

  #record(encoded: string, retention: RetentionStatement | undefined): void {
    const { id, recorded_at: at } = decodeRecord(encoded);
    const month = this.#head;
    // Of ISO 8601 in UTC, the order of the texts is that of the times.
    if (typeof at !== "string" || at < String(month?.from) || at >= String(month?.to))
      throw new NotProved(`Record ${id ?? ""} is not of the archive's month.`);
    const number = BigInt(id ?? 0);
    this.#first = this.#first === undefined || number < this.#first ? number : this.#first;
    this.#last = this.#last === undefined || number > this.#last ? number : this.#last;
    this.#records += 1;
    this.#add(leafHash(encoded), retention, true);
  }

  #leaf(hash: string, retention: RetentionStatement | undefined): void {
    this.#add(Buffer.from(hash, "hex"), retention, false);
  }

  #add(hash: Buffer, retention: RetentionStatement | undefined, isHere: boolean): void {
    const block = this.#block;
    if (block === undefined) throw new NotProved("The archive has a record before its seal.");
    if (retention !== undefined) {
      const runs = retention.leaves.get(block.statement.number);
      if ((runs !== undefined && covers([runs], block.tree.count)) !== isHere)
        throw new NotProved("The archive does not have the records that the retention statement says.");
    }
    block.tree.add(hash);
  }

  #closeBlock(): void {
    if (this.#block === undefined) return;
    const { statement, tree } = this.#block;
    if (tree.count !== statement.records || tree.root().toString("hex") !== statement.root)
      throw new NotProved(`Block ${statement.number} in the archive is not what was sealed.`);
    this.#block = undefined;
  }
}

function idText(id: bigint | undefined): string | null {
  return id === undefined ? null : String(id);
}
