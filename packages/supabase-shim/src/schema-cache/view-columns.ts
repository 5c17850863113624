import type { CatalogViewColumn } from "./catalog.ts";
import { nameKey, type QualifiedName } from "./qualified-name.ts";

/** A column of a view that shows a base table's column. */
export interface ShownColumn {
  readonly view: QualifiedName;
  readonly column: string;
}

/** Which view columns show which base columns, through any number of views. */
export interface ViewColumns {
  readonly views: readonly QualifiedName[];
  /** Every view column that shows this base column. */
  showing(table: QualifiedName, column: string): readonly ShownColumn[];
  /** The columns under which one view shows a base column; several when it selects it twice. */
  columnsIn(view: QualifiedName, table: QualifiedName, column: string): readonly string[];
  /** The views that show at least one column of this table. */
  viewsOf(table: QualifiedName): readonly QualifiedName[];
}

interface BaseColumn {
  readonly table: QualifiedName;
  readonly column: string;
}

function columnKey(table: QualifiedName, column: string): string {
  return `${nameKey(table)}\u0000${column}`;
}

export function deriveViewColumns(direct: readonly CatalogViewColumn[]): ViewColumns {
  const sources = new Map<string, CatalogViewColumn>();
  const views = new Map<string, QualifiedName>();
  for (const column of direct) {
    sources.set(columnKey(column.view, column.column), column);
    views.set(nameKey(column.view), column.view);
  }

  const bases = new Map<CatalogViewColumn, BaseColumn | undefined>();
  /** Undefined for a view that was replaced by one over itself: PostgreSQL allows it and then refuses to read it. */
  const baseOf = (column: CatalogViewColumn): BaseColumn | undefined => {
    const passed = new Set<CatalogViewColumn>();
    let base: BaseColumn | undefined;
    for (let current = column; !passed.has(current);) {
      if (bases.has(current)) {
        base = bases.get(current);
        break;
      }
      passed.add(current);
      const next = sources.get(columnKey(current.source, current.sourceColumn));
      if (next === undefined) {
        base = { table: current.source, column: current.sourceColumn };
        break;
      }
      current = next;
    }
    // Each is walked once, however many views stand on it.
    for (const each of passed) bases.set(each, base);
    return base;
  };

  const shown = new Map<string, ShownColumn[]>();
  const viewsByTable = new Map<string, Map<string, QualifiedName>>();
  for (const column of direct) {
    const base = baseOf(column);
    if (base === undefined) continue;
    const key = columnKey(base.table, base.column);
    const list = shown.get(key);
    const entry = { view: column.view, column: column.column };
    if (list === undefined) shown.set(key, [entry]);
    else list.push(entry);
    const tableViews = viewsByTable.get(nameKey(base.table)) ?? new Map<string, QualifiedName>();
    tableViews.set(nameKey(column.view), column.view);
    viewsByTable.set(nameKey(base.table), tableViews);
  }

  const showing = (table: QualifiedName, column: string): readonly ShownColumn[] =>
    shown.get(columnKey(table, column)) ?? [];
  return {
    views: [...views.values()],
    showing,
    columnsIn: (view, table, column) =>
      showing(table, column)
        .filter((entry) => nameKey(entry.view) === nameKey(view))
        .map((entry) => entry.column),
    viewsOf: (table) => [...(viewsByTable.get(nameKey(table))?.values() ?? [])],
  };
}
