import { compareText } from "./compare-text.ts";
import type { ColumnPair, Relationship } from "./relationship.ts";
import type { QualifiedName } from "./qualified-name.ts";

/** In the order in which PostgREST names the candidates of an ambiguous embed. */
const CARDINALITIES = ["one-to-many", "many-to-one", "one-to-one", "many-to-many"] as const;

/**
 * A total order of the relationships from one relation: by target, then cardinality, then constraint or junction,
 * then columns. It does not depend on when things were created, so a restored dump gives the same errors.
 */
export function compareRelationships(a: Relationship, b: Relationship): number {
  if (a.kind === "computed" || b.kind === "computed") {
    if (a.kind !== "computed") return -1;
    return b.kind === "computed" ? compareNames(a.routine, b.routine) : 1;
  }
  return (
    compareNames(a.foreignTable, b.foreignTable) ||
    Number(a.isSelf) - Number(b.isSelf) ||
    CARDINALITIES.indexOf(a.cardinality) - CARDINALITIES.indexOf(b.cardinality) ||
    (a.kind === "junction" && b.kind === "junction" ? compareNames(a.junction, b.junction) : 0) ||
    compareText(a.constraint, b.constraint) ||
    (a.kind === "junction" && b.kind === "junction"
      ? compareText(a.foreignConstraint, b.foreignConstraint)
      : 0) ||
    compareColumns(a.columns, b.columns) ||
    (a.kind === "junction" && b.kind === "junction" ? compareColumns(a.foreignColumns, b.foreignColumns) : 0)
  );
}

function compareNames(a: QualifiedName, b: QualifiedName): number {
  return compareText(a.schema, b.schema) || compareText(a.name, b.name);
}

function compareColumns(a: readonly ColumnPair[], b: readonly ColumnPair[]): number {
  for (const [index, [column, foreignColumn]] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareText(column, other[0]) || compareText(foreignColumn, other[1]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
