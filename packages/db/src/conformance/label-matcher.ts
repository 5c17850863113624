import { type CatalogObject, objectLabel } from "../catalog/catalog.ts";

/** A function that tells whether a label matches one of the patterns. */
export function labelMatcher(patterns: readonly string[]): (object: CatalogObject) => boolean {
  const expressions = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .split("*")
          .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
          .join(".*")}$`,
        "s",
      ),
  );
  return (object) => expressions.some((expression) => expression.test(objectLabel(object)));
}
