import type { Field } from "../../request/index.ts";
import type { Representation, Table } from "../../schema-cache/index.ts";
import type { ColumnRef, Qualifier } from "../column-ref.ts";

/** What a field's name is looked up in. */
export interface ColumnScope {
  readonly table?: Table;
  readonly qualifier: Qualifier;
}

const JSON_TYPES: ReadonlySet<string> = new Set(["json", "jsonb"]);

/** The type below a column's domain, when the relation is known to have it. */
export function baseTypeOf(scope: ColumnScope, name: string): string | undefined {
  return scope.table?.columns.get(name)?.baseType;
}

export function isJsonColumn(scope: ColumnScope, field: Field): boolean {
  if (field.path.length > 0) return field.path.at(-1)?.arrow === "->";
  return JSON_TYPES.has(baseTypeOf(scope, field.name) ?? "");
}

/** How the team's own functions show and read a column. What a JSON path takes out of it is no value of its type. */
export function representationOf(scope: ColumnScope, field: Field): Representation {
  return (field.path.length === 0 ? scope.table?.columns.get(field.name)?.representation : undefined) ?? {};
}

export function resolveColumn(scope: ColumnScope, field: Field): ColumnRef {
  return {
    qualifier: scope.qualifier,
    column: field.name,
    path: field.path,
    // A JSON column is used as it is, so that an index on the path applies.
    pathNeedsJson: field.path.length > 0 && !JSON_TYPES.has(scope.table?.columns.get(field.name)?.type ?? ""),
  };
}
