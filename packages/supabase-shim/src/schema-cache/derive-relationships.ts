import type { Catalog, CatalogForeignKey } from "./catalog.ts";
import { deriveJunctions } from "./derive-junctions.ts";
import { nameKey, type QualifiedName, sameName } from "./qualified-name.ts";
import { type ColumnPair, type KeyRelationship, type Relationship, targetSchema } from "./relationship.ts";
import { compareRelationships } from "./compare-relationships.ts";
import { deriveViewColumns, type ViewColumns } from "./view-columns.ts";

/** The relationships of a catalog, indexed for planning. */
export interface Relationships {
  /** By the {@link nameKey} of the relation they start from, in the order in which an ambiguous embed names them. */
  readonly from: ReadonlyMap<string, readonly Relationship[]>;
  /**
   * The names of the relations that have a relationship into a schema, also one that cannot be used because its junction
   * is not exposed: by schema, and by {@link nameKey}.
   */
  readonly into: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/**
 * All relationships of a catalog. PostgREST, "Resource Embedding": foreign keys, the same through views, junctions,
 * both directions, and computed relationships, which replace detected ones to a relation of the same name.
 */
export function deriveRelationships(
  catalog: Catalog,
  viewColumns: ViewColumns,
  primaryKeyOf: (relation: QualifiedName) => readonly string[],
): Relationships {
  const exposed = new Set(catalog.exposedSchemas);
  // The function takes the name, also where its own rows are of a schema that is not exposed.
  const overridden = new Set(
    catalog.computedRelationships.map(({ table, routine }) => pairKey(table, routine)),
  );
  const toOne = keyRelationships(catalog, viewColumns);
  const detected = [...toOne, ...deriveJunctions(toOne, primaryKeyOf), ...toOne.map(inverse)].filter(
    ({ table, foreignTable }) => !overridden.has(pairKey(table, foreignTable)),
  );

  const from = new Map<string, Relationship[]>();
  const into = new Map<string, Map<string, string>>();
  for (const relationship of [...detected, ...catalog.computedRelationships]) {
    const { table, foreignTable } = relationship;
    if (!exposed.has(table.schema)) continue;
    const key = nameKey(table);
    const schema = targetSchema(relationship);
    const related = into.get(schema) ?? new Map<string, string>();
    into.set(schema, related.set(key, table.name));
    if (!exposed.has(foreignTable.schema)) continue;
    if (relationship.kind === "junction" && !exposed.has(relationship.junction.schema)) continue;
    const list = from.get(key);
    if (list === undefined) from.set(key, [relationship]);
    else list.push(relationship);
  }
  for (const list of from.values()) list.sort(compareRelationships);
  return { from, into };
}

/** Every foreign key from the side that holds it, between tables and the views that show its columns. */
export function keyRelationships(
  { foreignKeys, viewColumns }: Catalog,
  views: ViewColumns = deriveViewColumns(viewColumns),
): KeyRelationship[] {
  return foreignKeys.flatMap((key) => [fromForeignKey(key), ...throughViews(key, views)]);
}

/** A relation, and what a relationship from it is called: the target's name, or the function's. */
function pairKey(table: QualifiedName, target: QualifiedName): string {
  return `${nameKey(table)}\u0000${nameKey(target)}`;
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
