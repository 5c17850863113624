import type { Database } from "@offramp/db";
import type { AnySession } from "./any-driver.ts";
import type { DescribedAccess } from "./described-access.ts";
import { loadPhiMap, type PhiMap } from "./phi-map.ts";
import { runOn } from "./prepared-statement.ts";
import type { TracedResult } from "./run-traced.ts";

/** How long the inventory is taken to be what it was. */
const MAP_MAX_AGE_MS = 60_000;

const APPEND =
  "select audit.append_access($1::text::jsonb, $2::text::jsonb, array(select json_array_elements_text($3::text::json)), $4::text::bigint)";
const APPEND_FAILURE = "select audit.append_access($1::text::jsonb, null, null, 0, $2::text, $3::text)";

/** A change whose record the application's transaction holds: both are lost when it is rolled back. */
export interface HeldAccess {
  readonly access: DescribedAccess;
  readonly result: TracedResult;
}

/** Writes the records of a Drizzle database, and knows what holds PHI. */
export class Recorder {
  readonly #database: Database;
  #map: { readonly loaded: Promise<PhiMap>; readonly until: number } | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The PHI of the database as it was at most a minute ago. Where it cannot be read, nothing runs. */
  map(): Promise<PhiMap> {
    if (this.#map === undefined || performance.now() > this.#map.until) {
      const loaded = loadPhiMap(this.#database);
      this.#map = { loaded, until: performance.now() + MAP_MAX_AGE_MS };
      loaded.catch(() => (this.#map = undefined));
    }
    return this.#map.loaded;
  }

  /** In the transaction of the statement, on its connection. */
  async append(session: AnySession, access: DescribedAccess, result: TracedResult): Promise<void> {
    const params = appendValues(access, result);
    const statement = {
      query: { sql: APPEND, params },
      fields: undefined,
      name: undefined,
      arrayMode: true,
    } as const;
    await runOn(session, { ...statement, mapper: (rows) => rows }, {});
  }

  /**
   * What a statement in the application's transaction is about to show, committed before it is shown: the client may not
   * live to the transaction's end.
   */
  async appendShown(access: DescribedAccess, result: TracedResult): Promise<void> {
    const values = appendValues({ ...access, action: "READ" }, result);
    await this.#database.aside({ text: APPEND, values });
  }

  /** Changes that were rolled back with their records: what was known of their rows stays known. */
  async appendUndone(held: readonly HeldAccess[]): Promise<void> {
    for (const { access, result } of held) {
      const values = appendValues({ ...access, action: "READ" }, result);
      await this.#database.query({ text: APPEND, values });
    }
  }

  /** Outside the transaction that failed. */
  async appendFailure(access: DescribedAccess, sqlstate: string): Promise<void> {
    const outcome = sqlstate === "42501" ? "denied" : "failed";
    await this.#database.query({ text: APPEND_FAILURE, values: [callJson(access), outcome, sqlstate] });
  }
}

function appendValues(access: DescribedAccess, { trace, rowCount }: TracedResult): (string | null)[] {
  const keys = Object.fromEntries([...trace.keys].map(([relation, known]) => [relation, [...known]]));
  return [
    callJson(access),
    trace.keys.size === 0 ? null : JSON.stringify(keys),
    JSON.stringify([...trace.subjects]),
    rowCount === undefined ? null : String(rowCount),
  ];
}

function callJson({ action, relations, columns, actor }: DescribedAccess): string {
  return JSON.stringify({
    action,
    relations,
    columns,
    actor_id: actor?.id,
    actor_role: actor?.role,
    on_behalf_of: actor?.onBehalfOf,
    purpose_of_use: actor?.purposeOfUse,
    break_glass: actor?.breakGlass,
    ip: actor?.ip,
    user_agent: actor?.userAgent,
    request_id: actor?.requestId,
    application: actor?.application,
  });
}
