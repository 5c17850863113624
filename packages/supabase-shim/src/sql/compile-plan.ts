import type {
  CallPlan,
  MutationPlan,
  NodeTrace,
  Param,
  Plan,
  ReadNode,
  ReadPlan,
  ResponseForm,
  SealedWrite,
} from "../plan/index.ts";
import { type Answer, answerSql, isRecordedAside } from "./answer-sql.ts";
import { callSql } from "./call-sql.ts";
import { countRowsSql } from "./count-sql.ts";
import { fromCatalog, ident, list, literal, type Sql, sql } from "./fragment.ts";
import { ROWS } from "./body-sql.ts";
import { conflictingRows } from "./conflict-rows-sql.ts";
import { merges } from "./merges.ts";
import { generatedRows, insertedCount, lookedUpRows, mutationSql } from "./mutation-sql.ts";
import { readSql, RETURNED } from "./read-sql.ts";
import { isValueCall, valueCallSql } from "./value-call-sql.ts";
import { flatTraceColumns, traceFormOf } from "./trace-sql.ts";

/** A statement's text, and what to put into its placeholders. */
export interface CompiledStatement {
  readonly text: string;
  readonly params: readonly Param[];
  /** It has no rows: its answer is how many rows it changed, in a column of this name. */
  readonly affectedAs?: string;
}

/** What of a plan is needed to run it and to read its answer. */
export interface CompiledPlan {
  readonly plan: Plan;
  readonly main: CompiledStatement;
  /** The statement whose EXPLAIN estimates the total, for planned and estimated counts. */
  readonly estimate?: CompiledStatement;
  /** The statement that gives the keys of the rows that encrypted values are bound to, before they are written. */
  readonly keys?: CompiledStatement;
  /** Who runs it records it, by what the answer's `audit_recorded` says, before anybody gets the rows. */
  readonly recordedAside?: boolean;
  /** The statement makes itself read-only: it needs no transaction for that. */
  readonly readOnlyItself?: boolean;
  /** The same for a transaction that is read-only already. */
  readonly mainInReadOnly?: CompiledStatement;
}

/** Above this many rows an estimated count is the planner's, as Supabase's default of `max-rows` makes it. */
export const EXACT_UP_TO = 1000;

export interface CompileOptions {
  /**
   * The statement is one of several in a transaction. It then returns what the audit record says too, because a rollback
   * would take the record with it; one that only reads leaves it to the caller to record that, see {@link isRecordedAside}.
   */
  readonly inTransaction: boolean;
  /**
   * What only reads leaves its record to the caller, because it may run on a replica, where nothing can be written. The
   * compiled plan then says `recordedAside`.
   */
  readonly recordAside?: boolean;
  /** A function runs before each call, and may set response headers. */
  readonly preRequest?: boolean;
}

/** Plan to SQL: total, and the same text for every plan of one shape. */
export function compilePlan(plan: Plan, options: CompileOptions = { inTransaction: false }): CompiledPlan {
  const aside = options.recordAside === true && canBeRecordedAside(plan);
  const inTransaction = options.inTransaction || aside;
  if (plan.kind === "mutation" && isBare(plan) && options.preRequest !== true)
    return beside(plan, { ...mutationSql(plan, { bare: true }).render(), affectedAs: "page_total" });
  // In the caller's own transaction it would make all that follows read-only.
  const readOnlyItself = plan.kind === "call" && plan.readOnly && !inTransaction && isValueCall(plan);
  const main = explained(plan, statementSql(plan, { inTransaction })).render();
  return {
    ...beside(plan, main),
    ...(aside ? { recordedAside: true } : {}),
    ...(readOnlyItself
      ? { readOnlyItself, mainInReadOnly: statementSql(plan, { inTransaction: true }).render() }
      : {}),
  };
}

/** What is explained, or undone in the end, is left to the primary. */
function canBeRecordedAside(plan: Plan): boolean {
  return (
    plan.audit !== undefined && plan.explain === undefined && !plan.rules.rollback && isRecordedAside(plan)
  );
}

/** The statement with those that go with it. */
function beside(plan: Plan, main: CompiledStatement): CompiledPlan {
  const keys = rowKeysSql(plan)?.render();
  if (keys !== undefined) return { plan, main, keys };
  const estimates = plan.kind !== "mutation" && (plan.count === "planned" || plan.count === "estimated");
  if (!estimates) return { plan, main };
  const counted = sql`explain (format json) ${countRowsSql(plan.kind === "read" ? plan.root : plan.read)}`;
  // A call's rows exist only inside its own statement, so their number is counted, never estimated.
  return plan.kind === "call" ? { plan, main } : { plan, main, estimate: counted.render() };
}

/**
 * The statement that gives the keys of the rows that a mutation's encrypted values are bound to, as a plan of its own:
 * it runs before the mutation, is judged by none of its rules, and leaves no record, because no one sees what it finds.
 */
export function compileRowKeys({ plan, keys }: CompiledPlan): CompiledPlan | undefined {
  if (keys === undefined || plan.kind !== "mutation") return undefined;
  const { audit: _, explain: __, encryption: ___, ...bare } = plan;
  return { plan: { ...bare, rules: { singular: false, rollback: false } }, main: keys };
}

/** One row, like that of every statement, whose body is the list of keys. */
function rowKeysSql(plan: Plan): Sql | undefined {
  const write = plan.encryption?.write;
  if (plan.kind !== "mutation" || write === undefined) return undefined;
  const generates = write.rowKey.some(({ generated }) => generated === "database");
  if ((write.rows.kind === "payload" || write.rows.kind === "filters") && !generates) return undefined;
  const rows = keysOf(plan, write);
  return sql`select count(*)::text as page_total, coalesce(json_agg(${ROWS}.key), '[]')::text as body from (${rows}) as ${ROWS}`;
}

function keysOf(plan: MutationPlan, write: SealedWrite): Sql {
  switch (write.rows.kind) {
    case "lookup":
      return lookedUpRows(plan, write);
    case "conflict":
      return conflictingRows(plan, write);
    case "payload":
    case "filters":
      return generatedRows(write);
  }
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
    ...treeRows(plan.root, plan),
    total: totalSql(plan.count, plan.root, plan.maxRows),
    extra: [],
  });
}

/** The rows of a tree, and what they tell the record. */
function treeRows(root: ReadNode, { form: body }: Plan): Pick<Answer, "rows" | "form" | "trace"> {
  const form = traceFormOf(root);
  return {
    rows: readSql(root, {
      jsonb: readsRowsAsText(body),
      presence: false,
      ...(form === undefined ? {} : { form }),
    }),
    form,
    trace: root.trace,
  };
}

/**
 * Whether all that a mutation answers with is how many rows it changed, which its command tag says: nothing is shown of
 * them, nothing recorded, no rule has to be judged before the commit, and no trigger can set a response header.
 */
function isBare(plan: MutationPlan): boolean {
  const { read, audit, explain, returnsLocation, rules, plainWrites } = plan;
  if (read !== undefined || audit !== undefined || explain !== undefined || returnsLocation || !plainWrites)
    return false;
  if (merges(plan)) return false;
  return !rules.singular && rules.maxAffected === undefined && rules.oneByKey !== true;
}

function mutationStatement(plan: MutationPlan, options: CompileOptions): Sql {
  const { read, trace } = plan;
  return answerSql(plan, {
    ...options,
    ...(read === undefined ? returnedRows(plan.relation, trace) : treeRows(read, plan)),
    total: sql`null::text`,
    extra: [
      ...(merges(plan) ? [["inserted", insertedCount(plan)] as const] : []),
      ...(plan.returnsLocation ? [["location", locationSql(plan.primaryKey)] as const] : []),
    ],
    source: [RETURNED, mutationSql(plan)],
  });
}

/** The rows of a mutation that shows none: only their number counts, and what the record says of them. */
function returnedRows(
  { name }: MutationPlan["relation"],
  trace: NodeTrace | undefined,
): Pick<Answer, "rows" | "form" | "trace"> {
  if (trace === undefined) return { rows: sql`select * from ${RETURNED}`, form: undefined };
  const columns = flatTraceColumns(trace);
  return { rows: sql`select ${columns} from ${RETURNED} as ${ident(name)}`, form: "flat", trace };
}

function callStatement(plan: CallPlan, options: CompileOptions): Sql {
  if (isValueCall(plan)) return valueCallSql(plan, plan.readOnly && !options.inTransaction);
  return answerSql(plan, {
    ...options,
    ...treeRows(plan.read, plan),
    total: totalSql(plan.count === undefined || plan.count === "planned" ? undefined : "exact", plan.read),
    extra: [],
    call: plan,
    source: [RETURNED, callSql(plan)],
  });
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
