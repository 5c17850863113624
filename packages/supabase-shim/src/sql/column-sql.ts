import type { ColumnRef } from "../plan/index.ts";
import { constant, fromCatalog, ident, join, qualified, type Sql, sql } from "./fragment.ts";
import { param } from "./fragment.ts";

/** A column, read from its qualifier, or from a row that stands for it. */
export function columnSql(ref: ColumnRef, row: Sql = qualified(ref.qualifier)): Sql {
  const base = ref.wholeRow === true ? row : plainColumn(ref, row);
  const column = ref.path.length === 0 ? base : pathSql(ref, base);
  if (ref.sealedBy !== undefined) {
    const key = ref.sealedBy.map((name) => sql`, ${row}.${ident(name)}::text`);
    return sql`case when ${column} is not null then json_build_array(encode(${column}, 'base64')${join(key, sql``)}) end`;
  }
  if (ref.transform !== undefined) return sql`${qualified(ref.transform)}(${column})`;
  if (ref.toTsvector === undefined) return column;
  const { language } = ref.toTsvector;
  return language === undefined
    ? sql`to_tsvector(${column})`
    : sql`to_tsvector(${param(language)}, ${column})`;
}

function plainColumn({ column }: ColumnRef, row: Sql): Sql {
  return column === "*" ? sql`${row}.*` : sql`${row}.${ident(column)}`;
}

function pathSql({ path, pathNeedsJson }: ColumnRef, base: Sql): Sql {
  return path.reduce(
    (left, { arrow, operand }) => {
      // Keys are parameters too: they come from the request and may hold anything.
      const right = "key" in operand ? constant(operand.key) : sql`${fromCatalog(String(operand.index))}`;
      return arrow === "->" ? sql`${left}->${right}` : sql`${left}->>${right}`;
    },
    pathNeedsJson ? sql`to_jsonb(${base})` : base,
  );
}
