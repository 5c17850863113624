import type { Embed, Limits, ReadNode, Source, SpreadColumn } from "../plan/index.ts";
import { conditionSql, joinConditionSql, joinedPresence } from "./condition-sql.ts";
import { embedColumns, isToMany, joinSql } from "./embed-sql.ts";
import { clause, empty, ident, list, param, qualified, type Sql, sql } from "./fragment.ts";
import { groupTerm, orderSql, selectColumnSql } from "./select-sql.ts";
import { isTraced, ROW, ROW_JOIN, TRACE, traceSql } from "./trace-sql.ts";

/** The name under which a statement's own mutation or call shows its rows. */
export const RETURNED: Sql = ident("pgrst_source");

export interface ReadOptions {
  /** Embedded JSON as jsonb, which has an equality for GROUP BY and a text form of its own in CSV. */
  readonly jsonb: boolean;
  /** The rows are only asked whether they are there: select something, even when nothing is selected. */
  readonly presence: boolean;
}

/**
 * The query of a read tree. Each embed is a lateral join whose rows PostgreSQL turns into JSON.
 * A traced query has two columns: the client's row as a record, and its trace.
 */
export function readSql(node: ReadNode, options: ReadOptions): Sql {
  const grouped = groups(node);
  const jsonb = options.jsonb || grouped;
  const selected = [
    ...node.select.map(selectColumnSql),
    ...node.embeds.flatMap((embed) => embedColumns(embed, jsonb)),
  ];
  const columns =
    selected.length === 0 && options.presence ? [sql`true as ${ident("offramp_present")}`] : selected;
  const joins = node.embeds.map((embed) =>
    joinSql(embed, {
      jsonb,
      rows: readSql(embed.node, {
        jsonb: options.jsonb,
        presence: embed.output.kind === "nothing" || isToMany(embed),
      }),
    }),
  );
  const from = sql`from ${fromSql(node)}${joins.reduce((all, one) => sql`${all}${one}`, empty)}`;
  const tail = sql`${whereSql(node)}${grouped ? groupSql(node) : empty}${clause(sql`order by`, node.order.map(orderSql))}${limitSql(node.limits)}`;
  if (!isTraced(node)) return sql`select ${list(columns)} ${from}${tail}`;
  return sql`select ${ROW_JOIN} as ${ROW}, ${traceSql(node)} as ${TRACE} ${from} cross join lateral (select ${list(columns)}) as ${ROW_JOIN}${tail}`;
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

function limitSql({ limit, offset }: Limits): Sql {
  const limited = limit === undefined ? empty : sql` limit ${param(limit)}`;
  return offset === undefined ? limited : sql`${limited} offset ${param(offset)}`;
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
  const own = node.select.map(groupTerm).filter((term) => term !== undefined);
  return clause(sql`group by`, [...own, ...node.embeds.flatMap(groupedEmbed)]);
}

function groupedEmbed(embed: Embed): readonly Sql[] {
  const { output, joinAlias } = embed;
  if (output.kind === "object" || output.kind === "array") return [ident(output.name)];
  return spreadColumns(embed)
    .filter((column) => column.aggregate === undefined)
    .map((column) => sql`${ident(joinAlias)}.${ident(column.alias ?? column.name)}`);
}
