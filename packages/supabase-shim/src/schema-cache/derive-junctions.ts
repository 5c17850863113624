import { nameKey, type QualifiedName, sameName } from "./qualified-name.ts";
import type { ColumnPair, JunctionRelationship, KeyRelationship } from "./relationship.ts";

/** Two many-to-one keys of one relation whose columns are all part of its primary key. */
export function deriveJunctions(
  toOne: readonly KeyRelationship[],
  primaryKeyOf: (relation: QualifiedName) => readonly string[],
): JunctionRelationship[] {
  // Map.groupBy would say it, but Node 20 does not have it.
  const bySource = new Map<string, KeyRelationship[]>();
  for (const relationship of toOne) {
    if (relationship.cardinality !== "many-to-one") continue;
    const key = nameKey(relationship.table);
    const list = bySource.get(key);
    if (list === undefined) bySource.set(key, [relationship]);
    else list.push(relationship);
  }
  const found: JunctionRelationship[] = [];
  for (const keys of bySource.values()) {
    const junction = keys[0]?.table;
    if (junction === undefined) continue;
    const primaryKey = new Set(primaryKeyOf(junction));
    const within = keys.filter(({ columns }) => columns.every(([column]) => primaryKey.has(column)));
    for (const first of within) {
      for (const second of within) {
        if (first.constraint !== second.constraint) found.push(junctionOf(first, second));
      }
    }
  }
  return found;
}

function junctionOf(first: KeyRelationship, second: KeyRelationship): JunctionRelationship {
  return {
    kind: "junction",
    cardinality: "many-to-many",
    table: first.foreignTable,
    foreignTable: second.foreignTable,
    isSelf: sameName(first.foreignTable, second.foreignTable),
    junction: first.table,
    constraint: first.constraint,
    foreignConstraint: second.constraint,
    columns: first.columns.map(([own, foreign]): ColumnPair => [foreign, own]),
    foreignColumns: second.columns.map(([own, foreign]): ColumnPair => [foreign, own]),
  };
}
