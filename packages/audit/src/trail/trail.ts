import type { Database, Queryable } from "@offramp/db";
import type { Anchor } from "../anchor/anchor.ts";
import { declareAccess } from "../context/declared-access.ts";
import {
  type AccountingOfDisclosures,
  accountingOfDisclosures,
  type AccountingOptions,
} from "../disclosure/accounting-of-disclosures.ts";
import type { Disclosure } from "../disclosure/disclosure.ts";
import { recordDisclosure } from "../disclosure/record-disclosure.ts";
import type { AccessFilter } from "../query/access-filter.ts";
import type { AccessRecord } from "../query/access-record.ts";
import { allAccess } from "../query/all-access.ts";
import { type AccessPage, type AccessQuery, queryAccess } from "../query/query-access.ts";
import { type AccessReport, accessReport } from "../report/access-report.ts";
import { type ActivityReview, activityReview } from "../report/activity-review.ts";
import type { ReviewOptions } from "../report/review-options.ts";
import { type ReportOptions, type TrailReport, trailReport } from "../report/trail-report.ts";
import { proveRecord } from "../proof/prove-record.ts";
import type { InclusionProof } from "../proof/verify-proof.ts";
import { type LegalHold, placeHold, releaseHold } from "../retention/legal-hold.ts";
import { type RetainOptions, type RetainReport, retainRecords } from "../retention/retain-records.ts";
import type { SignedRetention } from "../retention/retention-statement.ts";
import { storedRetentions } from "../retention/stored-retentions.ts";
import { type SealOptions, type SealReport, sealRecords } from "../seal/seal-records.ts";
import type { SigningKey } from "../seal/signing-key.ts";
import { type VerifyReport, verifyTrail } from "../verify/verify-trail.ts";

/**
 * How a trail is opened.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { fileAnchor, signingKey, type TrailOptions } from "@offramp/audit";
 *
 * const options: TrailOptions = {
 *   key: signingKey("seal-2026", readFileSync("seal-key.pem", "utf8")),
 *   anchors: [fileAnchor("/mnt/anchor/clinic-seals.ndjson")],
 * };
 * console.log(options.anchors?.length);
 * ```
 */
export interface TrailOptions {
  /** Signs the seals, and is trusted when they are verified. */
  readonly key?: SigningKey;
  /** Further keys that are trusted, such as the one that signed the first seal. */
  readonly trusted?: readonly Pick<SigningKey, "id" | "publicKey">[];
  /** Where seals are kept outside the database. */
  readonly anchors?: readonly Anchor[];
}

/**
 * The access trail of a database, to be kept and examined. Made by {@link openTrail}.
 *
 * @example
 * ```ts
 * import { openTrail, type Trail } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const trail: Trail = openTrail(connect());
 * console.log(await trail.ensurePartitions());
 * ```
 */
export interface Trail {
  /** The database that holds it. */
  readonly database: Database;
  /** As {@link declareAccess}: says what a statement touches that cannot be understood. */
  readonly declare: typeof declareAccess;
  /**
   * Seals every record of a transaction that has ended, and makes the partitions of the coming months. Run it often: by
   * a timer in one process, or a job each few minutes. The connection must be a member of `offramp_audit_sealer`.
   *
   * @throws {TypeError} the trail was opened without a key.
   */
  seal(options?: Pick<SealOptions, "blockRecords" | "nextKey">): Promise<SealReport>;
  /** Holds all records against the seals, and the seals against the keys and the anchors. */
  verify(): Promise<VerifyReport>;
  /**
   * The proof that a record was sealed, for `verifyProof` of `@offramp/audit/proof`.
   *
   * @throws {RangeError} there is no such record, or it is not sealed yet.
   */
  proof(id: string): Promise<InclusionProof>;
  /**
   * A page of the records that meet a filter, newest first. The connection must be a member of `offramp_auditor`.
   *
   * @throws {RangeError} the limit, a time or the cursor is none.
   */
  query(query: AccessQuery): Promise<AccessPage>;
  /**
   * All records that meet a filter, newest first, as they are at one moment; a thousand of them are in memory at a time.
   * Keeps a connection and its transaction until the loop over them ends.
   */
  records(filter?: AccessFilter): AsyncIterable<AccessRecord>;
  /**
   * Who has seen or changed a patient's data, user by user.
   *
   * @throws {RangeError} a time is none.
   */
  accessReport(subject: string, options?: Pick<AccessFilter, "between">): Promise<AccessReport>;
  /**
   * What was done in a time, and what of it is worth a look: 45 CFR 164.308(a)(1)(ii)(D).
   *
   * @throws {RangeError} a time is none, the time zone is not known, or a number is not within its bounds.
   */
  activityReview(options: ReviewOptions): Promise<ActivityReview>;
  /**
   * All that a report of a time says: figures by user and by patient, the activity review, and what verifying found.
   * `writeReport` makes a page of it.
   *
   * @throws {RangeError} a time is none, the time zone is not known, or a number is not within its bounds.
   */
  report(options: ReportOptions): Promise<TrailReport>;
  /**
   * Records that PHI was given to somebody outside, as 45 CFR 164.528 has it accounted for, by the actor of `withActor`.
   * The connection's role must be a writer of the trail (`grantAuditWriter`).
   *
   * @param within the transaction that it is recorded with, such as the one that notes the message as sent.
   * @throws {TypeError} a text that 164.528(b)(2) asks for is missing, or a code is none.
   * @throws {RangeError} the time is none, or in the future.
   */
  disclose(disclosure: Disclosure, within?: Queryable): Promise<void>;
  /**
   * To whom a patient's data was disclosed in the six years before the request: 45 CFR 164.528.
   *
   * @throws {RangeError} a time is none, or `since` is more than six years before the request.
   */
  accountingOfDisclosures(subject: string, options?: AccountingOptions): Promise<AccountingOfDisclosures>;
  /**
   * Archives and drops the months of records whose time is over (45 CFR 164.316(b)(2)(i): six years), if they are sealed
   * and under no legal hold. The connection must be a member of `offramp_audit_retainer`.
   *
   * @throws {TypeError} the trail was opened without a key.
   * @throws {ServerError} the role may not, or `years` is less than the rule.
   * @throws {Error} a month is not as it was sealed, or its archive does not give back what was stored. It stays.
   */
  retain(options: RetainOptions): Promise<RetainReport>;
  /** The signed statements about the months that left the trail, the first month first. */
  retentions(): Promise<readonly SignedRetention[]>;
  /** Keeps records from being dropped, from this moment on, and resolves to the number of the hold. For members of `offramp_audit_retainer`. */
  hold(hold: LegalHold): Promise<string>;
  /** Releases a legal hold. That it was there stays on record. For members of `offramp_audit_retainer`. */
  releaseHold(hold: string, reason: string): Promise<void>;
  /** Makes the partitions of this month and the months ahead that are missing, and resolves to their names. */
  ensurePartitions(options?: { readonly monthsAhead?: number }): Promise<readonly string[]>;
}

/**
 * Opens the access trail of a database.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { fileAnchor, openTrail, signingKey } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const trail = openTrail(connect(), {
 *   key: signingKey("seal-2026", readFileSync("seal-key.pem", "utf8")),
 *   anchors: [fileAnchor("/mnt/anchor/clinic-seals.ndjson")],
 * });
 * await trail.seal();
 * const { intact, findings } = await trail.verify();
 * console.log(intact, findings);
 * ```
 */
export function openTrail(database: Database, options: TrailOptions = {}): Trail {
  const { key, trusted = [], anchors = [] } = options;
  const ensurePartitions: Trail["ensurePartitions"] = async ({ monthsAhead = 3 } = {}) => {
    const rows = await database.query({
      text: "select audit.ensure_partitions($1::integer) as partition",
      values: [String(monthsAhead)],
    });
    return rows.map(({ partition }) => partition ?? "");
  };
  const verify: Trail["verify"] = () =>
    verifyTrail(database, { keys: key === undefined ? trusted : [key, ...trusted], anchors });
  return {
    database,
    declare: declareAccess,
    ensurePartitions,
    async seal(how = {}) {
      if (key === undefined)
        throw new TypeError("trail.seal: open the trail with the key that signs its seals");
      await ensurePartitions();
      return sealRecords(database, { ...how, key, anchors });
    },
    async retain(how) {
      if (key === undefined)
        throw new TypeError("trail.retain: open the trail with the key that signs its statements");
      return retainRecords(database, { ...how, key, trusted });
    },
    retentions: async () =>
      (await storedRetentions(database)).map(({ text, signature }) => ({ text, signature })),
    hold: (hold) => placeHold(database, hold),
    releaseHold: (hold, reason) => releaseHold(database, hold, reason),
    verify,
    proof: (id) => proveRecord(database, id),
    query: (query) => queryAccess(database, query),
    records: (filter = {}) => allAccess(database, filter),
    accessReport: (subject, how) => accessReport(database, subject, how),
    disclose: (disclosure, within = database) => recordDisclosure(within, disclosure),
    accountingOfDisclosures: (subject, how) => accountingOfDisclosures(database, subject, how),
    activityReview: (how) => activityReview(database, how),
    report: (how) => trailReport(database, how, verify),
  };
}
