import type { ConflictPlan, Mutation, MutationPlan, PayloadPlan, SealedWrite } from "../plan/index.ts";
import { conditionSql, joinedPresence } from "./condition-sql.ts";
import { countRowsSql } from "./count-sql.ts";
import { clause, empty, fromCatalog, ident, list, param, qualified, type Sql, sql } from "./fragment.ts";
import { merges } from "./merges.ts";
import { payloadColumn, payloadRowsSql } from "./payload-sql.ts";
import { RETURNED } from "./read-sql.ts";

type Insert = Extract<Mutation, { kind: "insert" }>;
type Update = Extract<Mutation, { kind: "update" }>;
type Delete = Extract<Mutation, { kind: "delete" }>;

/** Kept in a setting while an upsert runs: how many rows it inserted, or, see {@link countsProposed}, less those that it returns. */
const INSERTED_SETTING = sql`'offramp.inserted'`;
const counted: Sql = sql`coalesce(nullif(current_setting(${INSERTED_SETTING}, true), '')::int, 0)`;

/** How many of an upsert's rows are new: that there are any decides between 201 and 200. */
export function insertedCount(plan: MutationPlan): Sql {
  return countsProposed(plan)
    ? sql`(${counted})::text`
    : sql`((select count(*) from ${RETURNED}) + ${counted})::text`;
}

/** Where no trigger holds a row back, as many come back as were proposed, and counting them one by one would take longer. */
function countsProposed({ plainWrites }: MutationPlan): boolean {
  return !plainWrites;
}

/** With its RETURNING, or bare, for one that is only counted. */
export function mutationSql(plan: MutationPlan, { bare = false }: { readonly bare?: boolean } = {}): Sql {
  const returned = bare ? empty : returningSql(plan);
  switch (plan.mutation.kind) {
    case "insert":
      return sql`${insertSql(plan, plan.mutation)}${returned}`;
    case "update":
      return updateSql(plan, plan.mutation, returned);
    case "delete":
      return sql`delete from ${qualified(plan.relation)}${whereSql(plan.mutation, [])}${returned}`;
  }
}

function insertSql(plan: MutationPlan, { payload, conflict, payloadWhere, keyed }: Insert): Sql {
  const names = payload.columns.map(({ name }) => name);
  const columns = names.length === 0 ? empty : sql` (${list(names.map(ident))})`;
  const counting = merges(plan) && countsProposed(plan) ? [countInserted(1)] : [];
  const where = [...counting, ...payloadWhere.map((condition) => conditionSql(condition, joinedPresence))];
  // Of an identity that is always generated, a key that was asked for beforehand is the database's own too.
  const overriding = keyed === true ? sql` overriding system value` : empty;
  return sql`insert into ${qualified(plan.relation)}${columns}${overriding} select ${list(names.map(payloadColumn))} ${payloadRowsSql(payload)}${clause(sql`where`, where, sql` and `)}${conflictSql(conflict, payload)}`;
}

function conflictSql(conflict: ConflictPlan | undefined, payload: PayloadPlan): Sql {
  if (conflict === undefined) return empty;
  const target = sql` on conflict (${list(conflict.target.map(ident))})`;
  if (conflict.resolution === "ignore" || payload.columns.length === 0) return sql`${target} do nothing`;
  const written = payload.columns.filter(({ name }) => conflict.keeps?.includes(name) !== true);
  const set = written.map(({ name }) => sql`${ident(name)} = excluded.${ident(name)}`);
  return sql`${target} do update set ${list(set)} where ${countInserted(-1)}`;
}

/** Always true; counts a proposed row up, and down again when it becomes an update. */
function countInserted(step: 1 | -1): Sql {
  const next = step === 1 ? sql`${counted} + 1` : sql`${counted} - 1`;
  return sql`set_config(${INSERTED_SETTING}, (${next})::text, true) is not null`;
}

function updateSql(plan: MutationPlan, update: Update, returned: Sql): Sql {
  const { payload, by } = update;
  const names = payload.columns.map(({ name }) => name).filter((name) => !by.includes(name));
  if (names.length === 0) {
    // Nothing to set is no UPDATE at all; the columns are there so that what reads them finds them.
    const columns = plan.returning.map((name) => shownColumn(plan, name));
    return sql`select ${columns.length === 0 ? sql`1 as ${ident("offramp_affected")}` : list(columns)} from ${qualified(plan.relation)} where false`;
  }
  const set = names.map((name) => sql`${ident(name)} = ${payloadColumn(name)}`);
  const matched = by.map((name) => sql`${shownColumn(plan, name)} = ${payloadColumn(name)}`);
  return sql`update ${qualified(plan.relation)} set ${list(set)} ${payloadRowsSql(payload)}${whereSql(update, matched)}${returned}`;
}

/** The keys of the rows that an update means, in the order in which encrypted values are bound to them. */
export function lookedUpRows(plan: MutationPlan, { rowKey }: SealedWrite): Sql {
  if (plan.mutation.kind !== "update") throw new TypeError("Only an update looks for its rows.");
  const key = rowKey.map(({ name }) => sql`${shownColumn(plan, name)}::text`);
  return sql`select json_build_array(${list(key)}) as key from ${qualified(plan.relation)}${whereSql(plan.mutation, [])}`;
}

/** Keys for so many rows, as the columns' defaults make them. */
export function generatedRows({ rowKey, count }: SealedWrite): Sql {
  const key = rowKey.map(({ defaultExpression, generated, sqlType }) =>
    generated === "database" && defaultExpression !== undefined
      ? sql`((${fromCatalog(defaultExpression)})::${fromCatalog(sqlType)})::text`
      : sql`null::text`,
  );
  return sql`select json_build_array(${list(key)}) as key from generate_series(1, ${param(count)}::int)`;
}

function whereSql({ where, requires }: Update | Delete, also: readonly Sql[]): Sql {
  const conditions = where.map((condition) => conditionSql(condition, joinedPresence));
  const embeds = requires.map((node) => sql`exists (${countRowsSql(node)})`);
  return clause(sql`where`, [...also, ...conditions, ...embeds], sql` and `);
}

function returningSql(plan: MutationPlan): Sql {
  if (plan.returning.length === 0) return sql` returning 1 as ${ident("offramp_affected")}`;
  return sql` returning ${list(plan.returning.map((name) => shownColumn(plan, name)))}`;
}

function shownColumn({ relation }: MutationPlan, name: string): Sql {
  return name === "*" ? sql`${qualified(relation)}.*` : sql`${qualified(relation)}.${ident(name)}`;
}
