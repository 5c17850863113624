import { expect } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { HOSPITAL } from "../hospital.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

interface Answer {
  readonly data: unknown;
  readonly error: unknown;
  readonly count: number | null;
  readonly status: number;
}

/** A call with the statement that it became. */
export interface Ran extends Answer {
  /** The text in normal form, see {@link normalSql}. */
  readonly sql: string;
  readonly params: readonly (string | null)[];
}

export interface HospitalBench extends TestDatabase {
  readonly supabase: SupabaseClient;
  /** Makes a call; exactly one statement but for `begin`, `commit` and the like must go out. */
  run(call: (supabase: SupabaseClient) => PromiseLike<Answer>): Promise<Ran>;
}

const AROUND = /^(begin|commit|rollback|set constraints|select set_config)/;

export async function hospitalBench(script = ""): Promise<HospitalBench> {
  const database = await testDatabase(HOSPITAL + script);
  const supabase = createClient(database.log.database);
  // The schema cache's own statements are none of the calls'.
  await supabase.from("clinics").select("id").throwOnError();
  return {
    ...database,
    supabase,
    run: async (call) => {
      database.log.take();
      const answer = await call(supabase);
      const [statement, ...more] = database.log.take().filter(({ text }) => !AROUND.test(text));
      if (statement === undefined || more.length > 0) {
        throw new Error(`Not one statement: ${JSON.stringify({ statement, more, answer })}`);
      }
      return { ...answer, sql: normalSql(statement.text), params: statement.values };
    },
  };
}

/** White space is one space, and none stands beside a parenthesis: so SQL can be laid out for a reader. */
function normalSql(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ").replaceAll("( ", "(").replaceAll(" )", ")");
}

const SETTINGS = `
  nullif(current_setting('response.headers', true), '') as "response_headers",
  nullif(current_setting('response.status', true), '') as "response_status"`;

/** The parts of a statement's answer that differ between calls. */
export interface AnswerParts {
  /** The count of all rows, where one was asked for. */
  readonly total?: string;
  readonly body?: string;
  /** Columns after the others. */
  readonly also?: string;
}

const ALL_ROWS = `coalesce(json_agg("offramp_rows"), '[]')::text`;

/** The statement that answers with the given rows. */
export function answering(
  rows: string,
  { total = "null::text", body = ALL_ROWS, also = "" }: AnswerParts = {},
): string {
  return normalSql(`
    select ${total} as "total", count(*)::text as "page_total", ${body} as "body", ${SETTINGS}${also}
    from (${rows}) as "offramp_rows"`);
}

/** The statement that changes rows and answers with those that `rows` makes of them. */
export function changing(change: string, rows: string | undefined, parts: AnswerParts = {}): string {
  const bodiless = rows === undefined ? { body: "null::text" } : {};
  const answer = answering(rows ?? `select * from "pgrst_source"`, { ...bodiless, ...parts });
  return normalSql(`with "pgrst_source" as (${change}) ${answer}`);
}

const COUNTED = `coalesce(nullif(current_setting('offramp.inserted', true), '')::int, 0)`;

/** A condition of an upsert, by which it counts a row that is proposed, or one that is there. */
export function counting(step: "+ 1" | "- 1"): string {
  return `set_config('offramp.inserted', (${COUNTED} ${step})::text, true) is not null`;
}

/** The same of an upsert, which tells how many rows were new; `proposed` says that it counts them all. */
export function merging(
  change: string,
  rows: string | undefined,
  { proposed = false }: { readonly proposed?: boolean } = {},
): string {
  const inserted = proposed ? `(${COUNTED})` : `((select count(*) from "pgrst_source") + ${COUNTED})`;
  return changing(change, rows, { also: `, ${inserted}::text as "inserted"` });
}

/** The statement that calls a function and answers with what `rows` makes of its result. */
export function calling(call: string, rows: string, parts?: AnswerParts): string {
  return normalSql(`with "pgrst_source" as (${call}) ${answering(rows, parts)}`);
}

/** The statement that calls a function for one value; one that changes nothing runs read-only. */
export function callingForValue(
  invocation: string,
  options: { readonly body?: string; readonly readOnly?: boolean } = {},
): string {
  const { body = `coalesce(to_json("pgrst_call".value), 'null')::text`, readOnly = true } = options;
  const value = `select ${invocation} as value`;
  const called = readOnly
    ? `(select set_config('transaction_read_only', 'on', true) as mode offset 0) as "offramp_guard",
       lateral (${value} where "offramp_guard".mode is not null offset 0) as "pgrst_call"`
    : `(${value} offset 0) as "pgrst_call"`;
  return normalSql(`select null::text as "total", '1' as "page_total", ${body} as "body",
    nullif(current_setting('response.headers', true), '') as "response_headers",
    nullif(current_setting('response.status', true), '') as "response_status" from ${called}`);
}

/** A call, the statement that it must become, and what must come back. */
export interface SqlCase {
  readonly name: string;
  readonly call: (supabase: SupabaseClient) => PromiseLike<Answer>;
  readonly sql: string;
  /** Default none. */
  readonly params?: readonly (string | null)[];
  readonly data: unknown;
  /** Default null. */
  readonly count?: number;
  /** Default 200. */
  readonly status?: number;
}

export async function expectCase(bench: HospitalBench, expected: SqlCase): Promise<void> {
  const { sql, params, data, count, status, error } = await bench.run(expected.call);
  expect({ error, sql, params }).toEqual({
    error: null,
    sql: normalSql(expected.sql),
    params: expected.params ?? [],
  });
  expect({ data, count, status }).toEqual({
    data: expected.data,
    count: expected.count ?? null,
    status: expected.status ?? 200,
  });
}
