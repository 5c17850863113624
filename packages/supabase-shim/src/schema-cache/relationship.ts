import type { QualifiedName } from "./qualified-name.ts";

/** `[column of the relation, column of the foreign relation]` */
export type ColumnPair = readonly [column: string, foreignColumn: string];

interface Ends {
  readonly table: QualifiedName;
  readonly foreignTable: QualifiedName;
  readonly isSelf: boolean;
}

/** A foreign key, seen from either side. A view stands for its base table where it shows the key's columns. */
export interface KeyRelationship extends Ends {
  readonly kind: "key";
  readonly cardinality: "many-to-one" | "one-to-many" | "one-to-one";
  readonly constraint: string;
  readonly columns: readonly ColumnPair[];
  readonly tableIsView: boolean;
  readonly foreignTableIsView: boolean;
}

/** Two foreign keys of one junction whose columns are part of its primary key. */
export interface JunctionRelationship extends Ends {
  readonly kind: "junction";
  readonly cardinality: "many-to-many";
  readonly junction: QualifiedName;
  readonly constraint: string;
  readonly foreignConstraint: string;
  /** `[column of the table, column of the junction]` */
  readonly columns: readonly ColumnPair[];
  /** `[column of the foreign table, column of the junction]` */
  readonly foreignColumns: readonly ColumnPair[];
}

/** A function from a row of `table` to rows of `foreignTable`. PostgREST, "Computed relationships". */
export interface ComputedRelationship extends Ends {
  readonly kind: "computed";
  readonly routine: QualifiedName;
  readonly cardinality: "many-to-one" | "one-to-many";
}

export type Relationship = KeyRelationship | JunctionRelationship | ComputedRelationship;

export function isToOne(relationship: Relationship): boolean {
  return relationship.cardinality === "many-to-one" || relationship.cardinality === "one-to-one";
}

/** The schema in which a request finds the relationship: a computed one by its function. */
export function targetSchema(relationship: Relationship): string {
  return relationship.kind === "computed" ? relationship.routine.schema : relationship.foreignTable.schema;
}
