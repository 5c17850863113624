import type { Catalog, CatalogMark } from "./catalog.ts";
import { nameKey, type QualifiedName } from "./qualified-name.ts";
import type { ViewColumns } from "./view-columns.ts";

/** Where the values of a marked column can be read besides in it. */
export interface PhiLineage {
  /** The columns that show it unchanged: of views, parents and children. */
  copies(mark: CatalogMark): readonly CatalogMark[];
  /** The computed columns of views that use it, because they may show any part of it. */
  derived(mark: CatalogMark): readonly CatalogMark[];
}

/**
 * Views and inheritance, one step at a time. What a view computes is not understood: when it uses a marked
 * column anywhere, everything in it that is not another column's unchanged value may show it.
 */
export function phiLineage(catalog: Catalog, viewColumns: ViewColumns): PhiLineage {
  const { viewUses = [], children = [] } = catalog.lineage ?? {};
  const relatives = new Map<string, QualifiedName[]>();
  for (const { table, parent } of children) {
    append(relatives, nameKey(table), parent);
    append(relatives, nameKey(parent), table);
  }
  const users = new Map<string, QualifiedName[]>();
  for (const { view, source, sourceColumn } of viewUses) {
    append(users, sourceColumn === undefined ? nameKey(source) : columnKey(source, sourceColumn), view);
  }
  const computed = computedColumns(catalog);

  return {
    copies: ({ table, column }) => [
      ...viewColumns.showing(table, column).map((shown) => ({ table: shown.view, column: shown.column })),
      ...(relatives.get(nameKey(table)) ?? []).map((relative) => ({ table: relative, column })),
    ],
    derived: ({ table, column }) =>
      [...(users.get(columnKey(table, column)) ?? []), ...(users.get(nameKey(table)) ?? [])].flatMap((view) =>
        [...(computed.get(nameKey(view)) ?? [])].map((name) => ({ table: view, column: name })),
      ),
  };
}

/** The columns of each view that are not one unchanged; of a view that is not exposed, those that others mention. */
function computedColumns({
  tables,
  viewColumns,
  lineage,
}: Catalog): ReadonlyMap<string, ReadonlySet<string>> {
  const columns = new Map<string, Set<string>>();
  const note = (relation: QualifiedName, column: string): void => {
    const known = columns.get(nameKey(relation));
    if (known === undefined) columns.set(nameKey(relation), new Set([column]));
    else known.add(column);
  };
  for (const table of tables) if (table.isView) for (const { name } of table.columns) note(table, name);
  for (const { source, sourceColumn } of viewColumns) note(source, sourceColumn);
  for (const { source, sourceColumn } of lineage?.viewUses ?? []) {
    if (sourceColumn !== undefined) note(source, sourceColumn);
  }
  for (const { view, column } of viewColumns) columns.get(nameKey(view))?.delete(column);
  return columns;
}

function columnKey(table: QualifiedName, column: string): string {
  return `${nameKey(table)}\u0000${column}`;
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
