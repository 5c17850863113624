import type { ColumnRef } from "../plan/index.ts";
import { constant, fromCatalog, ident, qualified, type Sql, sql } from "./fragment.ts";
import { param } from "./fragment.ts";

export function columnSql(ref: ColumnRef): Sql {
  const base = ref.wholeRow === true ? qualified(ref.qualifier) : plainColumn(ref);
  const column = ref.path.length === 0 ? base : pathSql(ref, base);
  if (ref.toTsvector === undefined) return column;
  const { language } = ref.toTsvector;
  return language === undefined
    ? sql`to_tsvector(${column})`
    : sql`to_tsvector(${param(language)}, ${column})`;
}

function plainColumn({ qualifier, column }: ColumnRef): Sql {
  return column === "*" ? sql`${qualified(qualifier)}.*` : sql`${qualified(qualifier)}.${ident(column)}`;
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
