import type { CatalogTable, Column, QualifiedName } from "../../schema-cache/index.ts";

/** A row of RELATIONS_SQL. */
export type RelationRow = readonly [
  oid: string,
  schema: string,
  name: string,
  isView: boolean,
  isPartition: boolean,
  plainWrites: boolean,
  columns: readonly (readonly [
    number: number,
    name: string,
    type: string,
    modifier: number,
    notNull: boolean,
    defaultExpression: string | null,
  ])[],
];

/** A row of TYPES_SQL. */
export type TypeRow = readonly [oid: string, modifier: number, type: string, baseType: string];

/** A row of NAMES_SQL. */
export type NameRow = readonly [
  oid: string,
  schema: string,
  name: string,
  columns: readonly (readonly [number: number, name: string])[],
];

/** A relation's name and its columns' names, for what names both by number. */
export interface NumberedRelation {
  readonly relation: QualifiedName;
  readonly columns: ReadonlyMap<number, string>;
}

/** Relations by oid. */
export type NumberedRelations = Map<string, NumberedRelation>;

/** Partitions are no relations of their own: their rows are read through the partitioned table, as on PostgREST. */
export function tablesOf(relations: readonly RelationRow[], types: readonly TypeRow[]): CatalogTable[] {
  const byType = new Map(types.map((row) => [`${row[0]} ${row[1]}`, row]));
  return relations
    .filter(([, , , , isPartition]) => !isPartition)
    .map(([, schema, name, isView, , plainWrites, columns]) => ({
      schema,
      name,
      isView,
      ...(plainWrites ? { plainWrites } : {}),
      columns: columns.map(([, column, typeOid, modifier, notNull, defaultExpression]): Column => {
        const [, , type, baseType] = byType.get(`${typeOid} ${modifier}`) ?? ["", 0, "text", "text"];
        return {
          name: column,
          type,
          baseType,
          nullable: !notNull,
          ...(defaultExpression === null ? {} : { defaultExpression }),
        };
      }),
    }));
}

export function numberedRelations(relations: readonly RelationRow[]): NumberedRelations {
  return new Map(
    relations.map(([oid, schema, name, , , , columns]) => [
      oid,
      {
        relation: { schema, name },
        columns: new Map(columns.map(([number, column]) => [number, column])),
      },
    ]),
  );
}

export function addNames(known: NumberedRelations, rows: readonly NameRow[]): void {
  for (const [oid, schema, name, columns] of rows) {
    known.set(oid, { relation: { schema, name }, columns: new Map(columns) });
  }
}
