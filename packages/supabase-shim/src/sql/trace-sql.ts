import type { Embed, NodeTrace, ReadNode, SubjectPath } from "../plan/index.ts";
import { columnSql } from "./column-sql.ts";
import { ident, list, literal, qualified, type Sql, sql } from "./fragment.ts";

/** The columns of a traced query: the client's row, and what the record says of it. */
export const ROW: Sql = ident("offramp_row");
/** The join that makes the client's row. Not named like {@link ROW}, which the embeds' joins have as a column. */
export const ROW_JOIN: Sql = ident("offramp_columns");
export const TRACE: Sql = ident("offramp_trace");
/** The columns of a flat trace. */
export const KEY: Sql = ident("offramp_key");
export const SUBJECT: Sql = ident("offramp_subject");

/** How a traced query says what its rows are. */
export type TraceForm =
  /** A key and a subject beside each row: no JSON is built and taken apart again. */
  | "flat"
  /** One JSON value beside each row, with those of its embedded rows in it. */
  | "nested";

/** Whether any row of this tree is named in the record. */
export function isTraced(node: ReadNode): boolean {
  return node.trace !== undefined || node.embeds.some((embed) => isTraced(embed.node));
}

/** Undefined where nothing is named: rows without PHI, and rows that were only counted. */
export function traceFormOf(node: ReadNode): TraceForm | undefined {
  if (!isTraced(node)) return undefined;
  return node.embeds.some((embed) => isTraced(embed.node)) ? "nested" : "flat";
}

/** The select list's part that tells of the rows. */
export function traceColumns(node: ReadNode, form: TraceForm): Sql {
  return form === "flat" && node.trace !== undefined
    ? flatTraceColumns(node.trace)
    : sql`${traceSql(node)} as ${TRACE}`;
}

export function flatTraceColumns(trace: NodeTrace): Sql {
  const key = trace.key.length === 0 ? sql`null::text` : keySql(trace);
  const subject = trace.subject === undefined ? sql`null::text` : subjectSql(trace.subject);
  return sql`${key} as ${KEY}, ${subject} as ${SUBJECT}`;
}

/** `{r: relation, k: key, s: subject}` for the row itself, with those of its embedded rows beside it, nested as they are. */
function traceSql(node: ReadNode): Sql {
  const embedded = node.embeds.filter((embed) => isTraced(embed.node)).map(embeddedTrace);
  return sql`jsonb_build_array(${list([...(node.trace === undefined ? [] : [entrySql(node.trace)]), ...embedded])})`;
}

function embeddedTrace(embed: Embed): Sql {
  return sql`${ident(embed.joinAlias)}.${TRACE}`;
}

function entrySql(trace: NodeTrace): Sql {
  const { relation, key, subject } = trace;
  const fields = [
    sql`'r', ${literal(`${relation.schema}.${relation.name}`)}`,
    ...(key.length === 0 ? [] : [sql`'k', ${keySql(trace)}`]),
    ...(subject === undefined ? [] : [sql`'s', ${subjectSql(subject)}`]),
  ];
  return sql`jsonb_build_object(${list(fields)})`;
}

/** One column as its text; several as the text of a JSON array, which no single key is confused with. */
function keySql({ key }: NodeTrace): Sql {
  const columns = key.map((column) => columnSql(column));
  const [only] = columns;
  if (only !== undefined && columns.length === 1) return sql`${only}::text`;
  return sql`jsonb_build_array(${list(columns)})::text`;
}

/** The patient's id, through as many foreign keys as lead to it. */
function subjectSql({ column, hops }: SubjectPath): Sql {
  const hop = ident("offramp_hop");
  const found = hops.reduce(
    (from, { table, key, next }) =>
      sql`(select ${hop}.${ident(next)} from ${qualified(table)} as ${hop} where ${hop}.${ident(key)} = ${from})`,
    columnSql(column),
  );
  return sql`${found}::text`;
}
