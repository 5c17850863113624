import type { Catalog, CatalogObject, PropertyValue } from "../catalog/catalog.ts";

/** What PostgreSQL writes otherwise in another major version, made alike. */
export class Comparing {
  /** Since 16, a view's columns have no table in front where there is one table only. */
  readonly #views: boolean;
  /** Since 17, there is the privilege MAINTAIN, which `all` includes. */
  readonly #maintain: boolean;
  /** Since 16, a membership has options beside ADMIN. */
  readonly #membership: boolean;

  constructor(expected: Catalog, found: Catalog) {
    const majors = [expected.serverVersion, found.serverVersion].map((version) =>
      Math.floor(version / 10_000),
    );
    this.#views = Math.min(...majors) < 16 && Math.max(...majors) >= 16;
    this.#maintain = Math.min(...majors) < 17 && Math.max(...majors) >= 17;
    this.#membership = Math.min(...majors) < 16;
  }

  same(property: string, { expected, found }: { expected: CatalogObject; found: CatalogObject }): boolean {
    if (this.#membership && expected.kind === "membership" && property !== "admin") return true;
    return this.#text(property, expected) === this.#text(property, found);
  }

  #text(property: string, object: CatalogObject): string {
    const value: PropertyValue = object.properties[property] ?? null;
    if (this.#views && typeof value === "string" && (property === "query" || object.kind === "rule")) {
      return value.replaceAll(/(?:"[^"]+"|\w+)\.(?=["\w])/g, "").replaceAll(/[\s()]+/g, " ");
    }
    if (this.#maintain && property === "privileges" && Array.isArray(value)) {
      return JSON.stringify(value.filter((privilege) => !String(privilege).startsWith("MAINTAIN")));
    }
    return JSON.stringify(value);
  }
}
