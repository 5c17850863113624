import { type Catalog, type CatalogViewColumn, nameKey } from "../schema-cache/index.ts";
import type { RelationFacts, TypeCatalog } from "./type-catalog.ts";

/**
 * The columns of a view that are shown to hold no null: each is a column of a table that holds none, or of a view that
 * is shown to, and nothing in the view adds nulls. What cannot be shown may be null.
 */
export function neverNullColumns(
  { relations }: TypeCatalog,
  { viewColumns }: Catalog,
): (view: RelationFacts) => ReadonlySet<string> {
  const byName = new Map(relations.map((relation) => [nameKey(relation), relation]));
  const sources = new Map<string, CatalogViewColumn[]>();
  for (const column of viewColumns) {
    const key = columnKey(column.view, column.column);
    sources.set(key, [...(sources.get(key) ?? []), column]);
  }
  const isNeverNull = (relation: RelationFacts | undefined, column: string): boolean => {
    if (relation === undefined) return false;
    if (!relation.isView) return relation.columns.some(({ name, nullable }) => name === column && !nullable);
    if (!relation.addsNoNulls) return false;
    const shown = sources.get(columnKey(relation, column)) ?? [];
    return (
      shown.length > 0 &&
      shown.every(({ source, sourceColumn }) => isNeverNull(byName.get(nameKey(source)), sourceColumn))
    );
  };
  return (view) => {
    const columns = view.isView ? view.columns.map(({ name }) => name) : [];
    return new Set(columns.filter((column) => isNeverNull(view, column)));
  };
}

function columnKey(relation: { readonly schema: string; readonly name: string }, column: string): string {
  return `${nameKey(relation)}\u0000${column}`;
}
