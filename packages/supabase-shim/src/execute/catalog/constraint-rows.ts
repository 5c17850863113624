import {
  type CatalogForeignKey,
  type CatalogPrimaryKey,
  type ColumnPair,
  nameKey,
} from "../../schema-cache/index.ts";
import type { NumberedRelation, NumberedRelations } from "./relation-rows.ts";

/** A row of CONSTRAINTS_SQL. */
export type ConstraintRow = readonly [
  kind: "p" | "u" | "f",
  name: string,
  relation: string,
  foreignRelation: string,
  columns: readonly number[],
  foreignColumns: readonly number[] | null,
];

/** The primary keys of the relations that are known; of others no name can be shown. */
export function primaryKeysOf(
  constraints: readonly ConstraintRow[],
  relations: NumberedRelations,
): CatalogPrimaryKey[] {
  const keys = constraints.flatMap(([kind, , oid, , columns]) => {
    const relation = kind === "p" ? relations.get(oid) : undefined;
    return relation === undefined
      ? []
      : [{ table: relation.relation, columns: columns.map((number) => columnName(relation, number)) }];
  });
  return inOrder(keys, ({ table }) => nameKey(table));
}

/** The relations with a foreign key to one that is known: they may be junctions between such. */
export function referencing(
  constraints: readonly ConstraintRow[],
  relations: NumberedRelations,
): readonly string[] {
  return constraints.flatMap(([kind, , oid, foreignOid]) =>
    kind === "f" && relations.has(foreignOid) ? [oid] : [],
  );
}

/** Foreign keys between relations that are known. A key is unique only by a constraint: an index alone may be partial. */
export function foreignKeysOf(
  constraints: readonly ConstraintRow[],
  relations: NumberedRelations,
): CatalogForeignKey[] {
  const unique = new Set(
    constraints.filter(([kind]) => kind !== "f").map(([, , oid, , columns]) => columnSet(oid, columns)),
  );
  const keys = constraints.flatMap(([kind, constraint, oid, foreignOid, columns, foreignColumns]) => {
    const table = relations.get(oid);
    const foreignTable = relations.get(foreignOid);
    if (kind !== "f" || table === undefined || foreignTable === undefined) return [];
    return [
      {
        table: table.relation,
        foreignTable: foreignTable.relation,
        constraint,
        columns: columns.map((number, index): ColumnPair => [
          columnName(table, number),
          columnName(foreignTable, foreignColumns?.[index] ?? 0),
        ]),
        unique: unique.has(columnSet(oid, columns)),
      },
    ];
  });
  return inOrder(keys, ({ table, constraint }) => `${nameKey(table)}\u0000${constraint}`);
}

/** In an order that does not depend on oids, so that two databases with one schema give equal catalogs. */
function inOrder<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ item }) => item);
}

function columnSet(oid: string, columns: readonly number[]): string {
  return `${oid} ${columns.toSorted((a, b) => a - b).join(" ")}`;
}

function columnName({ columns }: NumberedRelation, number: number): string {
  const name = columns.get(number);
  // Both were read in one snapshot of the catalog.
  if (name === undefined) throw new TypeError("A constraint names a column that its table does not have.");
  return name;
}
