import type { CallPlan, NodeTrace, Plan } from "../plan/index.ts";
import { bodySql, ROWS } from "./body-sql.ts";
import { ident, list, type Sql, sql } from "./fragment.ts";
import { merges } from "./merges.ts";
import { ANSWER, echoSql, gatheredColumns, recordCtes, type Recorded, recordedCte } from "./record-sql.ts";
import type { TraceForm } from "./trace-sql.ts";

/** A column of the answer. */
export type Named = readonly [name: string, value: Sql];

/** What functions and triggers say of the response. PostgREST, "Functions", response headers and status. */
export const RESPONSE_SETTINGS: readonly Named[] = [
  ["response_headers", sql`nullif(current_setting('response.headers', true), '')`],
  ["response_status", sql`nullif(current_setting('response.status', true), '')`],
];

export interface Answer {
  /** What the answer is made of. */
  readonly rows: Sql;
  readonly form: TraceForm | undefined;
  /** Of a flat trace. */
  readonly trace?: NodeTrace | undefined;
  readonly total: Sql;
  readonly extra: readonly Named[];
  readonly call?: CallPlan;
  /** The statement's own mutation or call. */
  readonly source?: readonly [name: Sql, query: Sql];
  readonly inTransaction: boolean;
}

/**
 * The one row that comes back: `total`, `page_total`, `body`, and the response settings that a function may
 * have set. With an audit record, the record is written by the same statement, from the rows it returns.
 */
export function answerSql(plan: Plan, answer: Answer): Sql {
  const { rows, form, total, extra, call, source, inTransaction } = answer;
  const columns: readonly Named[] = [
    ["total", total],
    ["page_total", sql`count(*)::text`],
    ["body", bodySql(plan.form, { traced: form !== undefined, ...(call === undefined ? {} : { call }) })],
    ...RESPONSE_SETTINGS,
    ...extra,
  ];
  const sources = source === undefined ? [] : [source];
  if (plan.audit === undefined) {
    return withSql(sources, sql`select ${namedColumns(columns)} from (${rows}) as ${ROWS}`);
  }
  const recorded: Recorded = {
    audit: plan.audit,
    rows: ROWS,
    form,
    trace: answer.trace,
    action: mergedAction(plan),
  };
  // Patients are told apart from the rows themselves, so both sides read one CTE.
  const shared = form === "flat" && plan.audit.granularity === "subject";
  const from = shared ? sql`${ROWS}` : sql`(${rows}) as ${ROWS}`;
  const gathered = sql`select ${list([...columns.map(named), ...gatheredColumns(recorded)])} from ${from}`;
  const shown = [
    ...columns.map(([name]) => sql`${ANSWER}.${ident(name)}`),
    ...(inTransaction || plan.rules.rollback ? [sql`${echoSql} as ${ident("audit_recorded")}`] : []),
  ];
  const record = inTransaction && isRecordedAside(plan) ? [recordedCte(recorded)] : recordCtes(recorded);
  return withSql(
    [...sources, ...(shared ? [[ROWS, rows] as const] : []), [ANSWER, gathered], ...record],
    sql`select ${list(shown)} from ${ANSWER}`,
  );
}

/** In a transaction, whether all that a call does is show rows: then its record need not, and must not, share its fate. */
export function isRecordedAside(plan: Plan): boolean {
  return plan.kind === "read" || (plan.kind === "call" && plan.readOnly);
}

function withSql(ctes: readonly (readonly [name: Sql, query: Sql])[], select: Sql): Sql {
  if (ctes.length === 0) return select;
  return sql`with ${list(ctes.map(([name, query]) => sql`${name} as (${query})`))} ${select}`;
}

/** An upsert creates or updates, which only its result tells. */
function mergedAction(plan: Plan): Sql | undefined {
  if (!merges(plan)) return undefined;
  return sql`case when coalesce(${ANSWER}.inserted::int, 0) > 0 then 'CREATE' else 'UPDATE' end`;
}

function named([name, value]: Named): Sql {
  return sql`${value} as ${ident(name)}`;
}

export function namedColumns(columns: readonly Named[]): Sql {
  return list(columns.map(named));
}
