import type { ColumnRef, Embed, Limits, ReadNode, Source, SpreadColumn } from "../plan/index.ts";
import { conditionSql, joinConditionSql, joinedPresence } from "./condition-sql.ts";
import { embedColumns, isToMany, joinSql } from "./embed-sql.ts";
import { clause, empty, ident, list, param, qualified, type Sql, sql, wholeNumber } from "./fragment.ts";
import { groupTerm, orderSql, placeSql, selectColumnSql } from "./select-sql.ts";
import { isTraced, ROW, ROW_JOIN, type TraceForm, traceColumns } from "./trace-sql.ts";

/** The name under which a statement's own mutation or call shows its rows. */
export const RETURNED: Sql = ident("pgrst_source");

export interface ReadOptions {
  /** Embedded JSON as jsonb, which has an equality for GROUP BY and a text form of its own in CSV. */
  readonly jsonb: boolean;
  /** The rows are only asked whether they are there: select something, even when nothing is selected. */
  readonly presence: boolean;
  /** How a traced query tells of its rows; what is embedded in another one, nested. */
  readonly form?: TraceForm;
}

/**
 * The query of a read tree. Each embed is a lateral join whose rows PostgreSQL turns into JSON.
 * A traced query has two columns: the client's row as a record, and its trace.
 */
export function readSql(node: ReadNode, options: ReadOptions): Sql {
  const grouped = groups(node);
  const jsonb = options.jsonb || grouped;
  const selected = [
    ...node.select.map((column) => selectColumnSql(column, rowOf(node, column.column))),
    ...node.embeds.flatMap((embed) => embedColumns(embed, jsonb)),
  ];
  const columns =
    selected.length === 0 && options.presence ? [sql`true as ${ident("offramp_present")}`] : selected;
  const joins = node.embeds.map((embed) =>
    joinSql(embed, {
      jsonb,
      rows: readSql(embed.node, {
        // What is embedded in a spread row is one of the columns that this node is grouped by.
        jsonb: options.jsonb || (grouped && spreadColumns(embed).length > 0),
        presence: embed.output.kind === "nothing" || isToMany(embed),
      }),
    }),
  );
  const from = sql`from ${fromSql(node)}${joins.reduce((all, one) => sql`${all}${one}`, empty)}`;
  const order = node.order.map((term) => orderSql(term, rowOf(node, term.column)));
  const tail = sql`${whereSql(node)}${grouped ? groupSql(node) : empty}${clause(sql`order by`, order)}${limitSql(node.limits)}`;
  if (!isTraced(node)) return sql`select ${list(columns)} ${from}${tail}`;
  return sql`select ${ROW_JOIN} as ${ROW}, ${traceColumns(node, options.form ?? "nested")} ${from} cross join lateral (select ${list(columns)}) as ${ROW_JOIN}${tail}`;
}

/** Where a column of a traced embed is found: its join shows the rows as records, not their columns. */
function rowOf(node: ReadNode, { qualifier }: ColumnRef): Sql | undefined {
  if (qualifier.schema !== undefined) return undefined;
  const embed = node.embeds.find(({ joinAlias }) => joinAlias === qualifier.name);
  return embed !== undefined && isTraced(embed.node) ? sql`(${ident(embed.joinAlias)}.${ROW})` : undefined;
}

export function fromSql(node: ReadNode): Sql {
  const source = sourceSql(node.source);
  const aliased = node.alias === undefined ? source : sql`${source} as ${ident(node.alias)}`;
  if (node.junction === undefined) return aliased;
  return sql`${aliased} cross join ${qualified(node.junction.relation)} as ${ident(node.junction.alias)}`;
}

function sourceSql(source: Source): Sql {
  switch (source.kind) {
    case "relation":
      return qualified(source.relation);
    case "returned":
      return RETURNED;
    case "function":
      // The cast picks the overload: a CTE's row is an anonymous record.
      return sql`${qualified(source.routine)}(${ident(source.argument.name)}::${qualified(source.argumentType)})`;
  }
}

function whereSql(node: ReadNode): Sql {
  const conditions = [
    ...node.where.map((condition) => conditionSql(condition, joinedPresence)),
    ...node.joins.map(joinConditionSql),
  ];
  return clause(sql`where`, conditions, sql` and `);
}

function limitSql(limits: Limits): Sql {
  const bound = boundSql(limits);
  const limited = bound === undefined ? empty : sql` limit ${bound}`;
  return limits.offset === undefined ? limited : sql`${limited} offset ${param(limits.offset)}`;
}

/** The smaller of what was asked for and what the server gives. */
function boundSql({ limit, maxRows }: Limits): Sql | undefined {
  if (typeof limit === "number") return wholeNumber(Math.min(limit, maxRows ?? limit));
  if (maxRows === undefined) return limit && param(limit);
  return limit === undefined
    ? wholeNumber(maxRows)
    : sql`least(${param(limit)}::bigint, ${wholeNumber(maxRows)})`;
}

function spreadColumns({ output }: Embed): readonly SpreadColumn[] {
  return output.kind === "spreadOne" || output.kind === "spreadMany" ? output.columns : [];
}

/** Whether the node aggregates, itself or for a spread relation whose aggregates moved up to it. */
function groups(node: ReadNode): boolean {
  return (
    node.select.some((column) => column.aggregate !== undefined) ||
    node.embeds.some((embed) => spreadColumns(embed).some((column) => column.aggregate !== undefined))
  );
}

/** Everything that is selected beside an aggregate is what it is grouped by. */
function groupSql(node: ReadNode): Sql {
  const terms = node.select.map((column, index) => groupTerm(column, index + 1));
  let place = node.select.length + 1;
  for (const embed of node.embeds) {
    const { kind } = embed.output;
    const columns = spreadColumns(embed);
    if (kind === "object" || kind === "array") terms.push(placeSql(place));
    else terms.push(...columns.map((column) => spreadGroupTerm(embed, column)));
    place += kind === "object" || kind === "array" ? 1 : columns.length;
  }
  return clause(
    sql`group by`,
    terms.filter((term) => term !== undefined),
  );
}

function spreadGroupTerm({ joinAlias }: Embed, column: SpreadColumn): Sql | undefined {
  if (column.aggregate !== undefined) return undefined;
  return sql`${ident(joinAlias)}.${ident(column.alias ?? column.name)}`;
}
