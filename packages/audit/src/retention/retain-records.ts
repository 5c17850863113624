import { createHash } from "node:crypto";
import type { Database, Queryable } from "@offramp/db";
import { verifyArchive } from "../proof/verify-archive.ts";
import { sealHash } from "../seal/seal-statement.ts";
import type { SigningKey } from "../seal/signing-key.ts";
import { storedSeals } from "../seal/stored-seals.ts";
import { Chain, type TrustedKey } from "../verify/chain.ts";
import type { Archive } from "./archive.ts";
import { archiveContent } from "./archive-content.ts";
import { type ExpiredPartition, expiredPartitions } from "./expired-partitions.ts";
import { type RetentionStatement, retentionText, signedText } from "./retention-statement.ts";
import { storedRetentions } from "./stored-retentions.ts";

/**
 * How records leave the trail.
 *
 * @example
 * ```ts
 * import { fileArchive, type RetainOptions } from "@offramp/audit";
 *
 * const options: RetainOptions = { archive: fileArchive("/mnt/archive/clinic"), years: 10 };
 * console.log(options.years);
 * ```
 */
export interface RetainOptions {
  /** Where the records are put before they are dropped. */
  readonly archive: Archive;
  /** How many years records stay. Default, and the least: what `audit.retention_rule` says, six at first. */
  readonly years?: number;
  /** Only tells what would be done. Default `false`. */
  readonly dryRun?: boolean;
}

/**
 * What retaining did, or would do.
 *
 * @example
 * ```ts
 * import type { RetainReport } from "@offramp/audit";
 *
 * export function lines({ months, dryRun }: RetainReport): readonly string[] {
 *   return months.map(({ partition, stays }) => `${partition}: ${stays ?? (dryRun ? "would go" : "gone")}`);
 * }
 * ```
 */
export interface RetainReport {
  readonly dryRun: boolean;
  /** The months whose time is over, the oldest first. */
  readonly months: readonly RetainedMonth[];
}

/**
 * A month whose time is over.
 *
 * @example
 * ```ts
 * import type { RetainedMonth } from "@offramp/audit";
 *
 * export function archiveOf(month: RetainedMonth): string | undefined {
 *   return month.statement?.archiveLocation;
 * }
 * ```
 */
export interface RetainedMonth {
  readonly partition: string;
  /** From its first moment to the one after its last: ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly records: number;
  /** Why it stays; null when it went, or would go. */
  readonly stays: string | null;
  /** What was signed; undefined for a month that is still there. */
  readonly statement: RetentionStatement | undefined;
}

interface Retaining extends RetainOptions {
  readonly key: SigningKey;
  readonly trusted: readonly TrustedKey[];
}

/**
 * Drops the months of records whose time is over: each is written to the archive with its seals, read back and held
 * against them, and only then dropped, in one transaction with a signed statement and a record in the trail.
 *
 * A month stays when it has a record that is not sealed, when a legal hold is on it, or when a record is not as it was
 * sealed. Killed at any moment: the month is there, or its statement and its archive are; an archive without a statement
 * may be left over.
 */
export async function retainRecords(db: Database, options: Retaining): Promise<RetainReport> {
  const { dryRun = false, years } = options;
  if (years !== undefined && !(Number.isSafeInteger(years) && years > 0))
    throw new RangeError(`retain: years must be a whole number; it is ${String(years)}`);
  const expired = await expiredPartitions(db, years);
  const keys = expired.length === 0 || dryRun ? [] : await chainKeys(db, [options.key, ...options.trusted]);
  const months: RetainedMonth[] = [];
  for (const month of expired) {
    const { partition, from, to, records, stays } = month;
    const statement =
      stays === null && !dryRun ? await dropMonth(db, month, { ...options, keys }) : undefined;
    months.push({ partition, from, to, records, stays, statement });
  }
  return { dryRun, months };
}

/** The keys that the chain of seals has made trusted. */
async function chainKeys(db: Queryable, trusted: readonly TrustedKey[]): Promise<readonly TrustedKey[]> {
  const chain = new Chain(trusted);
  for await (const seal of storedSeals(db)) {
    const [finding] = chain.add(seal);
    if (finding !== undefined) throw new Error(`retain: nothing is dropped, because: ${finding.message}`);
  }
  return [...chain.keys].map(([id, key]) => ({
    id,
    publicKey: key.export({ type: "spki", format: "der" }).toString("base64"),
  }));
}

async function dropMonth(
  db: Database,
  month: ExpiredPartition,
  { archive, key, keys }: Retaining & { readonly keys: readonly TrustedKey[] },
): Promise<RetentionStatement> {
  const written = await writeArchive(db, month, archive);
  const proved = await verifyArchive(archive.read(written.location), keys);
  if (!proved.valid)
    throw new Error(`retain: ${month.partition} stays, because its archive is not good: ${proved.reason}`);
  if (proved.sha256 !== written.sha256 || proved.records !== month.records)
    throw new Error(`retain: ${month.partition} stays, because ${archive.name} gives back something else`);

  return db.transaction(async (transaction) => {
    const [who] = await transaction.query({
      text: "select session_user::text as login, pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('offramp.audit.retention', 0))",
    });
    const last = (await storedRetentions(transaction)).at(-1);
    const statement: RetentionStatement = {
      number: last === undefined ? 0 : last.number + 1,
      previous: last === undefined ? null : sealHash(last),
      partition: month.partition,
      from: month.from,
      to: month.to,
      records: month.records,
      firstId: month.firstId,
      lastId: month.lastId,
      leaves: written.leaves,
      archiveSha256: written.sha256,
      archiveLocation: written.location,
      droppedBy: who?.["login"] ?? "",
      droppedAt: new Date().toISOString(),
      key: key.id,
    };
    const text = retentionText(statement);
    const signature = Buffer.from(await key.sign(Buffer.from(signedText(text), "utf8"))).toString("base64");
    await transaction.query({
      text: "select audit.drop_partition($1, decode($2, 'base64'))",
      values: [text, signature],
    });
    return statement;
  });
}

interface Written {
  readonly location: string;
  readonly sha256: string;
  readonly leaves: RetentionStatement["leaves"];
}

async function writeArchive(db: Database, month: ExpiredPartition, archive: Archive): Promise<Written> {
  const hash = createHash("sha256");
  const { lines, leaves } = archiveContent(db, month);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const line of lines) {
      const part = Buffer.from(line, "utf8");
      hash.update(part);
      yield part;
    }
  }
  const location = await archive.store(month.partition, bytes());
  return { location, sha256: hash.digest("hex"), leaves };
}
