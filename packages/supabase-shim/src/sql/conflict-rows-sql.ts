import type { ConflictColumn, MutationPlan, SealedWrite } from "../plan/index.ts";
import {
  empty,
  fromCatalog,
  ident,
  join,
  list,
  literal,
  param,
  qualified,
  type Sql,
  sql,
} from "./fragment.ts";

/**
 * For each row of an upsert in its order: whether its row is there already, and that one's key, or a key as the columns'
 * defaults make it. A row for each place, unless several rows answer to one; none where the columns are not unique.
 */
export function conflictingRows(plan: MutationPlan, { rowKey, rows, slot }: SealedWrite): Sql {
  if (rows.kind !== "conflict") throw new TypeError("Only an upsert looks for rows in its way.");
  const stored = ident("stored");
  const given = ident("given");
  const values = rows.columns.map((_, index) => ident(`c${index}`));
  const typed = rows.columns.map(
    ({ sqlType, encryption }, index) =>
      sql`${ident(`c${index}`)} ${encryption === undefined ? fromCatalog(sqlType) : sql`text[]`}`,
  );
  const matches = rows.columns.map(({ name, encryption }, index) => {
    const column = sql`${stored}.${ident(name)}`;
    const value = sql`${given}.${ident(`c${index}`)}`;
    return encryption === undefined
      ? sql`${column} = ${value}`
      : sql`substring(${column} from 2 for 16) = any(${value}::bytea[])`;
  });
  const key = rowKey.map(({ name, defaultExpression, generated, sqlType }) => {
    const known = sql`${stored}.${ident(name)}::text`;
    return generated === "database" && defaultExpression !== undefined
      ? sql`coalesce(${known}, ((${fromCatalog(defaultExpression)})::${fromCatalog(sqlType)})::text)`
      : known;
  });
  const [first] = rowKey.map(({ name }) => sql`${stored}.${ident(name)}`);
  const found = sql`case when ${first ?? empty} is not null then 'found' end`;
  const json = sql`${param({ kind: "operand", slot, encoding: "text" })}::text::json`;
  return sql`select json_build_array(${list([found, ...key])}) as key from rows from (json_to_recordset(${json}) as (${list(typed)})) with ordinality as ${given}(${list([...values, ident("place")])}) left join ${qualified(plan.relation)} as ${stored} on ${join(matches, sql` and `)}${uniqueSql(plan, rows.columns)} order by ${given}.${ident("place")}`;
}

/** As ON CONFLICT would have it. A searchable column is as unique as those who look for a value before they write it. */
function uniqueSql({ relation: { schema, name } }: MutationPlan, columns: readonly ConflictColumn[]): Sql {
  if (columns.some(({ encryption }) => encryption !== undefined)) return empty;
  const names = list(columns.map((column) => literal(column.name)));
  return sql` where exists (select from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relname = ${literal(name)} and n.nspname = ${literal(schema)} and i.indisunique and i.indpred is null and i.indexprs is null and array(select a.attname::pg_catalog.text from pg_catalog.pg_attribute a where a.attrelid = i.indrelid and a.attnum = any((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]) order by 1) = array(select named from unnest(array[${names}]::pg_catalog.text[]) as named order by 1))`;
}
