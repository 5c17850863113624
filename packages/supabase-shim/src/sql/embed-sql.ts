import type { Embed } from "../plan/index.ts";
import { clause, empty, ident, list, type Sql, sql } from "./fragment.ts";
import { directionSql, nullsSql, spreadColumnSql } from "./select-sql.ts";
import { isTraced, ROW, TRACE } from "./trace-sql.ts";

export function isToMany({ output }: Embed): boolean {
  return (
    output.kind === "array" || output.kind === "spreadMany" || (output.kind === "nothing" && !output.toOne)
  );
}

/** What an embed adds to its parent's select list. */
export function embedColumns(embed: Embed, jsonb: boolean): readonly Sql[] {
  const { output, node } = embed;
  const alias = ident(embed.joinAlias);
  const traced = isTraced(node);
  switch (output.kind) {
    case "nothing":
      return [];
    case "object": {
      const row = traced ? sql`${alias}.${ROW}` : sql`${alias}.*`;
      return [sql`row_to_json(${row})${jsonbCast(jsonb)} as ${ident(output.name)}`];
    }
    case "array":
      return [sql`coalesce(${alias}.${alias}, '[]') as ${ident(output.name)}`];
    case "spreadOne": {
      const row = traced ? sql`(${alias}.${ROW})` : alias;
      return output.columns.map((column) => spreadColumnSql(row, column));
    }
    case "spreadMany":
      return output.columns.map((column) => spreadColumnSql(alias, column));
  }
}

function jsonbCast(jsonb: boolean): Sql {
  return jsonb ? sql`::jsonb` : empty;
}

/** An embed's join: its rows as they are for to-one, gathered into one row of arrays for to-many. */
export function joinSql(embed: Embed, { rows, jsonb }: { readonly rows: Sql; readonly jsonb: boolean }): Sql {
  const alias = ident(embed.joinAlias);
  const kind = embed.inner ? sql`inner` : sql`left`;
  if (!isToMany(embed)) return sql` ${kind} join lateral (${rows}) as ${alias} on true`;
  // The array is NULL where no row joined, which is what an inner join and a presence filter ask.
  const on = embed.inner ? sql`${alias} is not null` : sql`true`;
  return sql` ${kind} join lateral (${gatheredSql(embed, { rows, jsonb })}) as ${alias} on ${on}`;
}

/** One column holds the JSON array and is named like the join; a spread has an array for each column too. */
function gatheredSql(embed: Embed, { rows, jsonb }: { readonly rows: Sql; readonly jsonb: boolean }): Sql {
  const { output, node } = embed;
  const alias = ident(embed.joinAlias);
  const traced = isTraced(node);
  const row = traced ? sql`${alias}.${ROW}` : alias;
  const columns = [sql`json_agg(${row})${jsonbCast(jsonb)} as ${alias}`];
  if (output.kind === "spreadMany") {
    const fields = traced ? sql`(${row})` : alias;
    const order = output.order.map(
      (term) => sql`${fields}.${ident(term.alias)}${directionSql(term.direction)}${nullsSql(term.nulls)}`,
    );
    for (const column of output.columns) {
      const name = ident(column.name);
      const array = sql`json_agg(${fields}.${name}${clause(sql`order by`, order)})`;
      columns.push(sql`coalesce(${array}, '[]')${jsonbCast(jsonb)} as ${name}`);
    }
  }
  if (traced) columns.push(sql`jsonb_agg(${alias}.${TRACE}) as ${TRACE}`);
  return sql`select ${list(columns)} from (${rows}) as ${alias}`;
}
