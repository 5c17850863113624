import type { Queryable, Row } from "@offramp/db";
import { explainedError } from "../query/explained-error.ts";
import { isoTime } from "../query/iso-time.ts";
import { moment } from "../query/moment.ts";
import { type DisclosureException, exceptionOfPurpose } from "./disclosure-exception.ts";

/**
 * Of which time an accounting is.
 *
 * @example
 * ```ts
 * import type { AccountingOptions } from "@offramp/audit";
 *
 * const options: AccountingOptions = { requestedAt: "2026-11-02", since: "2025-01-01" };
 * console.log(options.since);
 * ```
 */
export interface AccountingOptions {
  /** When the patient asked for it. Default: now. The six years before it are accounted for. */
  readonly requestedAt?: string | Date;
  /** A later beginning, where the patient asked for less: 164.528(a)(3). */
  readonly since?: string | Date;
  /**
   * Recipients to whom disclosures are left out until a time, because a health oversight agency or a law enforcement
   * official has asked for it in writing: 164.528(a)(2). The names are as recorded.
   */
  readonly suspended?: readonly { readonly recipient: string; readonly until: string | Date }[];
}

/**
 * An accounting of disclosures, as the patient has a right to: 45 CFR 164.528.
 *
 * @example
 * ```ts
 * import type { AccountingOfDisclosures } from "@offramp/audit";
 *
 * export function lines({ disclosures }: AccountingOfDisclosures): readonly string[] {
 *   return disclosures.map(({ date, recipient, what }) => `${date} ${recipient.name}: ${what}`);
 * }
 * ```
 */
export interface AccountingOfDisclosures {
  readonly subject: string;
  /** The period accounted for: ISO 8601, UTC. `to` is when it was asked for, and not in it. */
  readonly from: string;
  readonly to: string;
  /** In the order of their dates. */
  readonly disclosures: readonly AccountedDisclosure[];
  /** How many are left out, by exception of 164.528(a)(1). For the officer, not for the patient. */
  readonly leftOut: Readonly<Partial<Record<DisclosureException, number>>>;
  /** How many are left out for the time being: 164.528(a)(2). Not for the patient either. */
  readonly suspended: number;
}

/**
 * A disclosure, or several of the same to the same recipient for a single purpose: 164.528(b)(2) and (3).
 *
 * @example
 * ```ts
 * import type { AccountedDisclosure } from "@offramp/audit";
 *
 * export function dates({ date, times, last }: AccountedDisclosure): string {
 *   return times === 1 ? date : `${times} times, from ${date} to ${last}`;
 * }
 * ```
 */
export interface AccountedDisclosure {
  /** When it was, or the first of them: ISO 8601, UTC. */
  readonly date: string;
  readonly recipient: { readonly name: string; readonly address: string | null };
  readonly what: string;
  /** The statement of the purpose; null where there is a written request in lieu of it. */
  readonly purpose: string | null;
  readonly request: string | null;
  readonly purposeOfUse: string | null;
  /** How many there were in the period. */
  readonly times: number;
  /** The date of the last; the same as `date` where there was one. */
  readonly last: string;
  /** The ids of their records, to be proved by. */
  readonly records: readonly string[];
}

type Group = AccountedDisclosure & { readonly exception: DisclosureException | "none" | null };

const text = `
  with disclosure as (
    select id, purpose_of_use, (details #>> '{disclosure,at}')::timestamptz as at, details -> 'disclosure' as said
    from audit.phi_access_log
    where subjects @> array[$1::text] and action = 'DISCLOSE' and outcome = 'success'
  ), period as (
    select $2::timestamptz as until, ($2::timestamptz at time zone 'UTC' - interval '6 years') at time zone 'UTC' as six_years
  ), bounds as (
    select until, coalesce($3::timestamptz, six_years) as since, coalesce($3::timestamptz < six_years, false) as too_early from period
  ), grouped as (
    select said #>> '{recipient,name}' as name, said #>> '{recipient,address}' as address, said ->> 'what' as what,
      said ->> 'purpose' as purpose, said ->> 'request' as request, purpose_of_use,
      case when said -> 'exception' = 'null' then 'none' else said ->> 'exception' end as exception,
      count(*) as times, min(at) as first, max(at) as last, json_agg(id::text order by at, id) as records
    from disclosure, bounds where at >= since and at < until
    group by 1, 2, 3, 4, 5, 6, 7
  )
  select too_early::text, ${isoTime("since")} as since, ${isoTime("until")} as until, (
    select coalesce(json_agg(json_build_object(
      'date', ${isoTime("first")}, 'recipient', json_build_object('name', name, 'address', address), 'what', what,
      'purpose', purpose, 'request', request, 'purposeOfUse', purpose_of_use, 'times', times,
      'last', ${isoTime("last")}, 'records', records, 'exception', exception
    ) order by first, name, what), '[]') from grouped
  )::text as groups
  from bounds`;

/**
 * The disclosures of a patient's data in the six years before the request, without those that 164.528(a)(1) excepts.
 *
 * SQL: `select … from audit.phi_access_log where subjects @> array[$1] and action = 'DISCLOSE'`, which the index over
 * `subjects` answers.
 *
 * @throws {RangeError} a time is none, or `since` is more than six years before the request.
 * @throws {Error} the connection may not read the trail, or there is none.
 */
export async function accountingOfDisclosures(
  db: Queryable,
  subject: string,
  { requestedAt = new Date(), since, suspended = [] }: AccountingOptions = {},
): Promise<AccountingOfDisclosures> {
  const until = moment(requestedAt);
  const held = new Set(
    suspended
      .filter((one) => Date.parse(moment(one.until)) > Date.parse(until))
      .map(({ recipient }) => recipient),
  );
  const row = await read(db, [subject, until, since === undefined ? null : moment(since)]);
  if (row?.["too_early"] === "true") {
    throw new RangeError(
      "An accounting goes back six years before the request at most: 45 CFR 164.528(a)(1).",
    );
  }
  const leftOut: Partial<Record<DisclosureException, number>> = {};
  const disclosures: AccountedDisclosure[] = [];
  let withheld = 0;
  for (const { exception, ...group } of JSON.parse(row?.["groups"] ?? "[]") as readonly Group[]) {
    const why = exception ?? exceptionOfPurpose(group.purposeOfUse);
    if (why !== null && why !== "none") leftOut[why] = (leftOut[why] ?? 0) + group.times;
    else if (held.has(group.recipient.name)) withheld += group.times;
    else disclosures.push(group);
  }
  return {
    subject,
    from: row?.["since"] ?? "",
    to: row?.["until"] ?? "",
    disclosures,
    leftOut,
    suspended: withheld,
  };
}

async function read(db: Queryable, values: readonly (string | null)[]): Promise<Row | undefined> {
  try {
    const [row] = await db.query({ text, values });
    return row;
  } catch (error) {
    throw explainedError(error);
  }
}
