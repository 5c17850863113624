import type { CallPlan, MutationPlan, Param, Plan, ReadNode, ReadPlan, ResponseForm } from "../plan/index.ts";
import { bodySql, ROWS } from "./body-sql.ts";
import { callSql } from "./call-sql.ts";
import { countRowsSql } from "./count-sql.ts";
import { empty, fromCatalog, ident, list, literal, param, type Sql, sql } from "./fragment.ts";
import { insertedCount, mutationSql } from "./mutation-sql.ts";
import { readSql, RETURNED } from "./read-sql.ts";
import { isTraced, TRACE, traceSql, traceSummarySql } from "./trace-sql.ts";

/** A statement's text, and what to put into its placeholders. */
export interface CompiledStatement {
  readonly text: string;
  readonly params: readonly Param[];
}

/** What of a plan is needed to run it and to read its answer. */
export interface CompiledPlan {
  readonly plan: Plan;
  readonly main: CompiledStatement;
  /** The statement whose EXPLAIN estimates the total, for planned and estimated counts. */
  readonly estimate?: CompiledStatement;
}

/** Above this many rows an estimated count is the planner's, as Supabase's default of `max-rows` makes it. */
export const EXACT_UP_TO = 1000;

export interface CompileOptions {
  /** Return what the audit record says too: a transaction that rolls back takes the record with it. */
  readonly echoTrace: boolean;
}

/** Plan to SQL: total, and the same text for every plan of one shape. */
export function compilePlan(plan: Plan, options: CompileOptions = { echoTrace: false }): CompiledPlan {
  const main = explained(plan, statementSql(plan, options)).render();
  const estimates = plan.kind !== "mutation" && (plan.count === "planned" || plan.count === "estimated");
  if (!estimates) return { plan, main };
  const counted = sql`explain (format json) ${countRowsSql(plan.kind === "read" ? plan.root : plan.read)}`;
  // A call's rows exist only inside its own statement, so their number is counted, never estimated.
  return plan.kind === "call" ? { plan, main } : { plan, main, estimate: counted.render() };
}

function statementSql(plan: Plan, options: CompileOptions): Sql {
  switch (plan.kind) {
    case "read":
      return readStatement(plan, options);
    case "mutation":
      return mutationStatement(plan, options);
    case "call":
      return callStatement(plan, options);
  }
}

function readStatement(plan: ReadPlan, options: CompileOptions): Sql {
  return answerSql(plan, {
    ...options,
    rows: readSql(plan.root, { jsonb: readsRowsAsText(plan.form), presence: false }),
    traced: isTraced(plan.root),
    total: totalSql(plan.count, plan.root, plan.maxRows),
    extra: [],
  });
}

function mutationStatement(plan: MutationPlan, options: CompileOptions): Sql {
  const { read, trace } = plan;
  const node: ReadNode | undefined = read;
  const rows =
    node === undefined
      ? trace === undefined
        ? sql`select * from ${RETURNED}`
        : sql`select ${traceSql({ ...untraced(plan), trace })} as ${TRACE} from ${RETURNED} as ${ident(plan.relation.name)}`
      : readSql(node, { jsonb: readsRowsAsText(plan.form), presence: false });
  const body = answerSql(plan, {
    ...options,
    rows,
    traced: node === undefined ? trace !== undefined : isTraced(node),
    total: sql`null::text`,
    extra: [
      ["inserted", insertedCount],
      ...(plan.returnsLocation ? [["location", locationSql(plan.primaryKey)] as const] : []),
    ],
  });
  return sql`with ${RETURNED} as (${mutationSql(plan)}) ${body}`;
}

/** Only a trace's shape is needed of a node that no one reads. */
function untraced({ relation }: MutationPlan): ReadNode {
  return {
    source: { kind: "returned" },
    relation,
    qualifier: { name: relation.name },
    select: [],
    embeds: [],
    where: [],
    joins: [],
    order: [],
    limits: {},
  };
}

function callStatement(plan: CallPlan, options: CompileOptions): Sql {
  const answer = answerSql(plan, {
    ...options,
    rows: readSql(plan.read, { jsonb: readsRowsAsText(plan.form), presence: false }),
    traced: isTraced(plan.read),
    total: totalSql(plan.count === undefined || plan.count === "planned" ? undefined : "exact", plan.read),
    extra: [],
    call: plan,
  });
  return sql`with ${RETURNED} as (${callSql(plan)}) ${answer}`;
}

/** A column of the answer. */
type Named = readonly [name: string, value: Sql];

interface Answer extends CompileOptions {
  readonly rows: Sql;
  readonly traced: boolean;
  readonly total: Sql;
  readonly extra: readonly Named[];
  readonly call?: CallPlan;
}

/**
 * The one row that comes back: `total`, `page_total`, `body`, and the response settings that a function may
 * have set. With an audit record, the record is written by the same statement, from the rows it returns.
 */
function answerSql(plan: Plan, { rows, traced, total, extra, call, echoTrace }: Answer): Sql {
  const columns: readonly Named[] = [
    ["total", total],
    ["page_total", sql`count(*)::text`],
    ["body", bodySql(plan.form, { traced, ...(call === undefined ? {} : { call }) })],
    ["response_headers", sql`nullif(current_setting('response.headers', true), '')`],
    ["response_status", sql`nullif(current_setting('response.status', true), '')`],
    ...extra,
  ];
  const from = sql`from (${rows}) as ${ROWS}`;
  if (plan.audit === undefined) return sql`select ${namedColumns(columns)} ${from}`;
  const traces = traced ? sql`jsonb_agg(${ROWS}.${TRACE})` : sql`null::jsonb`;
  const answer = sql`select ${namedColumns([...columns, ["traces", traces]])} ${from}`;
  const known = sql`${param({ kind: "auditCall" })}::text::jsonb${mergedAction(plan)}`;
  const record = sql`audit.append_access(${known}, summary.keys, summary.subjects, answer.page_total::bigint)`;
  const echoed: readonly Named[] = [
    ["audit_keys", sql`summary.keys::text`],
    ["audit_subjects", sql`array_to_json(summary.subjects)::text`],
  ];
  const shown: readonly Named[] = [
    ...columns.map(([name]): Named => [name, sql`answer.${ident(name)}`]),
    ["audit_record", sql`${record}::text`],
    ...(echoTrace ? echoed : []),
  ];
  return sql`select ${namedColumns(shown)} from (${answer}) as answer cross join lateral (${traceSummarySql(sql`answer.traces`)}) as summary`;
}

/** An upsert creates or updates, which only its result tells. */
function mergedAction(plan: Plan): Sql {
  if (plan.kind !== "mutation" || plan.mutation.kind !== "insert") return empty;
  if (plan.mutation.conflict?.resolution !== "merge") return empty;
  return sql` || jsonb_build_object('action', case when coalesce(answer.inserted::int, 0) > 0 then 'CREATE' else 'UPDATE' end)`;
}

function namedColumns(columns: readonly Named[]): Sql {
  return list(columns.map(([name, value]) => sql`${value} as ${ident(name)}`));
}

/** A body in which a row's text is read, where embedded JSON is printed as jsonb is. */
function readsRowsAsText({ kind }: ResponseForm): boolean {
  return kind === "csv" || kind === "aggregate";
}

function totalSql(count: Plan["count"], node: ReadNode, exactUpTo: number = EXACT_UP_TO): Sql {
  switch (count) {
    case undefined:
    case "planned":
      return sql`null::text`;
    case "exact":
      return sql`(select count(*) from (${countRowsSql(node)}) as counted)::text`;
    case "estimated":
      return sql`(select count(*) from (${countRowsSql(node)} limit ${fromCatalog(String(exactUpTo + 1))}) as counted)::text`;
  }
}

/** The inserted row's key as filters, for the Location header. */
function locationSql(primaryKey: readonly string[]): Sql {
  const names = list(primaryKey.map(literal));
  if (primaryKey.length === 0) return sql`null::text`;
  return sql`(select json_agg(field.key || '=' || coalesce('eq.' || field.value, 'is.null'))::text from (select row_to_json(one) as json from ${RETURNED} as one limit 1) as first cross join json_each_text(first.json) as field where field.key in (${names}))`;
}

function explained(plan: Plan, statement: Sql): Sql {
  if (plan.explain === undefined) return statement;
  const { format, options } = plan.explain;
  const words = {
    analyze: sql`analyze`,
    verbose: sql`verbose`,
    settings: sql`settings`,
    buffers: sql`buffers`,
    wal: sql`wal`,
  };
  const all = [
    format === "json" ? sql`format json` : sql`format text`,
    ...options.map((option) => words[option]),
  ];
  return sql`explain (${list(all)}) ${statement}`;
}
