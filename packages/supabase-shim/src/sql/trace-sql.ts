import type { Embed, NodeTrace, ReadNode } from "../plan/index.ts";
import { columnSql } from "./column-sql.ts";
import { ident, join, list, literal, type Sql, sql } from "./fragment.ts";

/** The columns of a traced query: the client's row, and what the record says of it. */
export const ROW: Sql = ident("offramp_row");
/** The join that makes the client's row. Not named like {@link ROW}, which the embeds' joins have as a column. */
export const ROW_JOIN: Sql = ident("offramp_columns");
export const TRACE: Sql = ident("offramp_trace");

/** Whether any row of this tree is named in the record. */
export function isTraced(node: ReadNode): boolean {
  return node.trace !== undefined || node.embeds.some((embed) => isTraced(embed.node));
}

/**
 * A row's trace: `{r: relation, k: key, s: subject}` for the row itself, with the traces of its embedded
 * rows beside it. Nested as the rows are; {@link traceSummarySql} takes it apart.
 */
export function traceSql(node: ReadNode): Sql {
  const embedded = node.embeds.filter((embed) => isTraced(embed.node)).map(embeddedTrace);
  return sql`jsonb_build_array(${list([...(node.trace === undefined ? [] : [entrySql(node.trace)]), ...embedded])})`;
}

function embeddedTrace(embed: Embed): Sql {
  return sql`${ident(embed.joinAlias)}.${TRACE}`;
}

function entrySql({ relation, key, subject }: NodeTrace): Sql {
  const fields = [
    sql`'r', ${literal(`${relation.schema}.${relation.name}`)}`,
    ...(key.length === 0 ? [] : [sql`'k', ${keySql(key.map((column) => columnSql(column)))}`]),
    ...(subject === undefined ? [] : [sql`'s', ${columnSql(subject)}::text`]),
  ];
  return sql`jsonb_build_object(${list(fields)})`;
}

/** One column as its text; several as the text of a JSON array, which no single key is confused with. */
function keySql(columns: readonly Sql[]): Sql {
  const [only] = columns;
  if (only !== undefined && columns.length === 1) return sql`${only}::text`;
  return sql`jsonb_build_array(${list(columns)})::text`;
}

/** From the gathered traces: keys by relation as JSON, and the distinct subjects. */
export function traceSummarySql(traces: Sql): Sql {
  const entries = sql`pg_catalog.jsonb_path_query(${traces}, 'strict $.** ? (@.type() == "object")')`;
  return join(
    [
      sql`select`,
      sql`(select jsonb_object_agg(per.relation, per.keys) from (`,
      sql`select entry->>'r' as relation, jsonb_agg(distinct entry->>'k') as keys`,
      sql`from ${entries} as entry where entry ? 'k' group by 1) per) as keys,`,
      sql`(select array_agg(distinct entry->>'s') from ${entries} as entry where entry->>'s' is not null) as subjects`,
    ],
    sql` `,
  );
}
