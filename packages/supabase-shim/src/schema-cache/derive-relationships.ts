import type { Catalog, CatalogForeignKey } from "./catalog.ts";
import { nameKey, type QualifiedName, sameName } from "./qualified-name.ts";
import type { ColumnPair, JunctionRelationship, KeyRelationship, Relationship } from "./relationship.ts";
import type { ViewColumns } from "./view-columns.ts";

/**
 * All relationships of a catalog, by the relation they start from. PostgREST, "Resource Embedding":
 * foreign keys, the same through views, junctions, both directions, and computed relationships,
 * which replace a detected one of the same name.
 *
 * Where an embed is ambiguous, PostgREST lists the candidates latest first; so the lists are reversed.
 */
export function deriveRelationships(
  catalog: Catalog,
  viewColumns: ViewColumns,
  primaryKeyOf: (relation: QualifiedName) => readonly string[],
): ReadonlyMap<string, readonly Relationship[]> {
  const toOne = catalog.foreignKeys.flatMap((key) => [
    fromForeignKey(key),
    ...throughViews(key, viewColumns),
  ]);
  const detected: Relationship[] = [...toOne, ...junctions(toOne, primaryKeyOf), ...toOne.map(inverse)];

  const exposed = new Set(catalog.exposedSchemas);
  const visible = detected.filter(
    (relationship) =>
      exposed.has(relationship.table.schema) &&
      exposed.has(relationship.foreignTable.schema) &&
      (relationship.kind !== "junction" || exposed.has(relationship.junction.schema)),
  );

  const byTable = new Map<string, Relationship[]>();
  const add = (relationship: Relationship): void => {
    const key = nameKey(relationship.table);
    const list = byTable.get(key);
    if (list === undefined) byTable.set(key, [relationship]);
    else list.push(relationship);
  };
  for (const relationship of visible.toReversed()) add(relationship);
  for (const computed of catalog.computedRelationships) {
    if (!exposed.has(computed.table.schema) || !exposed.has(computed.foreignTable.schema)) continue;
    const key = nameKey(computed.table);
    // The function's name overrides a detected relationship to a relation of that name.
    byTable.set(
      key,
      (byTable.get(key) ?? []).filter((other) => !sameName(other.foreignTable, computed.routine)),
    );
    add(computed);
  }
  return byTable;
}

function fromForeignKey(key: CatalogForeignKey): KeyRelationship {
  return {
    kind: "key",
    cardinality: key.unique ? "one-to-one" : "many-to-one",
    table: key.table,
    foreignTable: key.foreignTable,
    isSelf: sameName(key.table, key.foreignTable),
    constraint: key.constraint,
    columns: key.columns,
    tableIsView: false,
    foreignTableIsView: false,
  };
}

/** A view that shows all of a key's columns has the key's relationship: on either end, and on both. */
function throughViews(key: CatalogForeignKey, viewColumns: ViewColumns): KeyRelationship[] {
  const base = fromForeignKey(key);
  const ends = (table: QualifiedName, side: 0 | 1): { view: QualifiedName; names: readonly string[] }[] =>
    viewColumns.viewsOf(table).flatMap((view) =>
      combinations(key.columns.map((pair) => viewColumns.columnsIn(view, table, pair[side]))).map(
        (names) => ({
          view,
          names,
        }),
      ),
    );
  const sources = ends(key.table, 0);
  const targets = ends(key.foreignTable, 1);

  const related = (
    source: { view: QualifiedName; names: readonly string[] } | undefined,
    target: { view: QualifiedName; names: readonly string[] } | undefined,
  ): KeyRelationship => {
    const table = source?.view ?? base.table;
    const foreignTable = target?.view ?? base.foreignTable;
    return {
      ...base,
      table,
      foreignTable,
      isSelf: sameName(table, foreignTable),
      columns: key.columns.map(([column, foreignColumn], index): ColumnPair => [
        source?.names[index] ?? column,
        target?.names[index] ?? foreignColumn,
      ]),
      tableIsView: source !== undefined,
      foreignTableIsView: target !== undefined,
    };
  };
  return [
    ...sources.map((source) => related(source, undefined)),
    ...targets.map((target) => related(undefined, target)),
    ...sources.flatMap((source) => targets.map((target) => related(source, target))),
  ];
}

/** Every way to take one of each list; none when a list is empty. */
function combinations(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>(
    (taken, list) => taken.flatMap((names) => list.map((name) => [...names, name])),
    [[]],
  );
}

function inverse(relationship: KeyRelationship): KeyRelationship {
  return {
    ...relationship,
    cardinality: relationship.cardinality === "one-to-one" ? "one-to-one" : "one-to-many",
    table: relationship.foreignTable,
    foreignTable: relationship.table,
    columns: relationship.columns.map(([column, foreignColumn]): ColumnPair => [foreignColumn, column]),
    tableIsView: relationship.foreignTableIsView,
    foreignTableIsView: relationship.tableIsView,
  };
}

/** Two many-to-one keys of one relation whose columns are all part of its primary key. */
function junctions(
  toOne: readonly KeyRelationship[],
  primaryKeyOf: (relation: QualifiedName) => readonly string[],
): JunctionRelationship[] {
  // Map.groupBy would say it, but Node 20 does not have it.
  const bySource = new Map<string, KeyRelationship[]>();
  for (const relationship of toOne) {
    if (relationship.cardinality !== "many-to-one") continue;
    const key = nameKey(relationship.table);
    bySource.set(key, [...(bySource.get(key) ?? []), relationship]);
  }
  const found: JunctionRelationship[] = [];
  for (const keys of bySource.values()) {
    const junction = keys[0]?.table;
    if (junction === undefined) continue;
    const primaryKey = new Set(primaryKeyOf(junction));
    for (const first of keys) {
      for (const second of keys) {
        if (first.constraint === second.constraint) continue;
        const used = [...first.columns, ...second.columns].map(([column]) => column);
        if (!used.every((column) => primaryKey.has(column))) continue;
        found.push({
          kind: "junction",
          cardinality: "many-to-many",
          table: first.foreignTable,
          foreignTable: second.foreignTable,
          isSelf: sameName(first.foreignTable, second.foreignTable),
          junction,
          constraint: first.constraint,
          foreignConstraint: second.constraint,
          columns: first.columns.map(([own, foreign]): ColumnPair => [foreign, own]),
          foreignColumns: second.columns.map(([own, foreign]): ColumnPair => [foreign, own]),
        });
      }
    }
  }
  return found;
}
