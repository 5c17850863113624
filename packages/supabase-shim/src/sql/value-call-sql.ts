import type { CallPlan, ReadNode } from "../plan/index.ts";
import { type Named, namedColumns, RESPONSE_SETTINGS } from "./answer-sql.ts";
import { argumentsSql, valueSql } from "./call-sql.ts";
import { ident, type Sql, sql } from "./fragment.ts";

const CALL: Sql = ident("pgrst_call");
const GUARD: Sql = ident("offramp_guard");

/** Whether a call is of a function that returns one value, and all that is asked for is this value. */
export function isValueCall(plan: CallPlan): boolean {
  const { returns, returnsSet, form, count, audit, explain, read } = plan;
  if (returns === "rows" || returnsSet || count !== undefined) return false;
  if (audit !== undefined || explain !== undefined || plan.arguments.kind === "json") return false;
  return isWhole(read) && (returns === "nothing" || form.kind === "rows" || form.kind === "row");
}

/** Nothing is filtered, ordered or cut off. */
function isWhole({ where, order, embeds, joins, limits }: ReadNode): boolean {
  const { limit, offset, maxRows } = limits;
  const cut = limit !== undefined || offset !== undefined || maxRows === 0;
  return !cut && where.length + order.length + embeds.length + joins.length === 0;
}

/**
 * The call of a function that returns one value, as an expert would write it: no rows to gather. Each `offset 0` keeps its
 * part a step of its own, so that settings are read after the function has run.
 *
 * With `readOnly` the statement makes its transaction read-only before it calls the function, which saves the round of a
 * transaction around it. The function's part asks whether that has been done, so it cannot come first.
 */
export function valueCallSql(plan: CallPlan, readOnly: boolean): Sql {
  const { values } = argumentsSql(plan.arguments);
  const call = sql`select ${valueSql(plan, values)} as value`;
  const called = readOnly
    ? sql`(select set_config('transaction_read_only', 'on', true) as mode offset 0) as ${GUARD}, lateral (${call} where ${GUARD}.mode is not null offset 0) as ${CALL}`
    : sql`(${call} offset 0) as ${CALL}`;
  const columns: readonly Named[] = [
    ["total", sql`null::text`],
    ["page_total", sql`'1'`],
    ["body", bodyOf(plan)],
    ...RESPONSE_SETTINGS,
  ];
  return sql`select ${namedColumns(columns)} from ${called}`;
}

function bodyOf({ returns, form }: CallPlan): Sql {
  if (returns === "nothing") return sql`${CALL}.value::text`;
  const json = sql`to_json(${CALL}.value)`;
  const stripped = "stripNulls" in form && form.stripNulls ? sql`json_strip_nulls(${json})` : json;
  return sql`coalesce(${stripped}, 'null')::text`;
}
