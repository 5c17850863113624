import { type Catalog, type CatalogObject, objectKey, type ObjectName } from "../catalog/catalog.ts";

/** Both sides of a comparison, for statements that concern more than one object. */
export class Sides {
  readonly expected: Catalog;
  readonly found: Catalog;
  readonly #found: ReadonlySet<string>;

  constructor(expected: Catalog, found: Catalog) {
    this.expected = expected;
    this.found = found;
    this.#found = new Set(found.objects.map(objectKey));
  }

  isThere(name: ObjectName): boolean {
    return this.#found.has(objectKey(name));
  }

  /** Objects on the expected side that belong to a table, in the order of the catalog. */
  expectedOf(owner: CatalogObject, kind: CatalogObject["kind"]): readonly CatalogObject[] {
    return this.expected.objects.filter(
      (object) => object.kind === kind && object.schema === owner.schema && object.parent === owner.name,
    );
  }
}
