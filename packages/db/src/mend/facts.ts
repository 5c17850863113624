import type { CatalogObject } from "../catalog/catalog.ts";

/** A property that is a text or null. */
export function text(object: CatalogObject, property: string): string | null {
  const value = object.properties[property];
  return typeof value === "string" ? value : null;
}

/** A property that is a list; null is an empty one. */
export function list(object: CatalogObject, property: string): readonly string[] {
  const value = object.properties[property];
  return Array.isArray(value) ? value.map(String) : [];
}

export function flag(object: CatalogObject, property: string): boolean {
  return object.properties[property] === true;
}
