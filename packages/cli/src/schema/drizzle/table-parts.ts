import type { CatalogObject } from "@offramp/db/conformance";

import { BindingNames, camelCase } from "./binding-names.ts";
import type { ModuleParts } from "./module-parts.ts";

/** A table in the making: which property each of its columns is, and the parts of the module that it belongs to. */
export class TableParts {
  readonly parts: ModuleParts;
  readonly table: CatalogObject;
  /** The constant that holds it. */
  readonly binding: string;
  readonly columnObjects: readonly CatalogObject[];
  readonly constraints: readonly CatalogObject[];
  readonly indexes: readonly CatalogObject[];
  readonly policies: readonly CatalogObject[];
  /** The column that says by itself that it is the primary key. */
  ownKey: string | undefined;
  readonly #properties = new Map<string, string>();
  readonly #others: ReadonlyMap<string, TableParts>;

  constructor(table: CatalogObject, parts: ModuleParts, others: ReadonlyMap<string, TableParts>) {
    const own = (kind: string): readonly CatalogObject[] =>
      parts.catalog.objects.filter(
        (object) => object.kind === kind && object.schema === table.schema && object.parent === table.name,
      );
    this.table = table;
    this.parts = parts;
    this.#others = others;
    this.binding = parts.bind(table);
    this.columnObjects = own("column").toSorted(
      (left, right) => Number(left.properties["position"]) - Number(right.properties["position"]),
    );
    this.constraints = byName(own("constraint"));
    this.indexes = byName(own("index"));
    this.policies = byName(own("policy"));
    const names = new BindingNames(["enableRLS", "getSQL", "shouldOmitSQLParens", "_"]);
    for (const { name } of this.columnObjects) this.#properties.set(name, names.claim(camelCase(name)));
  }

  /** The property of a column, as a key of an object. */
  key(column: string): string {
    return this.#properties.get(column) ?? camelCase(column);
  }

  keys(): readonly string[] {
    return [...this.#properties.values()];
  }

  /** `.id`, of a column of any table. */
  property([schema, name]: readonly [string, string], column: string): string {
    return `.${this.#others.get(JSON.stringify([schema, name]))?.key(column) ?? camelCase(column)}`;
  }

  /** Columns of this table, inside of its third argument. */
  columns(names: readonly string[]): string {
    return names.map((name) => `table.${this.key(name)}`).join(", ");
  }
}

function byName(objects: readonly CatalogObject[]): readonly CatalogObject[] {
  return objects.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
