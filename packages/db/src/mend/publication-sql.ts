import type { CatalogObject } from "../catalog/catalog.ts";
import { flag, list } from "./facts.ts";
import { literal, nameOf } from "./sql-names.ts";
import { quoteIdentifier } from "../quote-identifier.ts";

export function createPublication(publication: CatalogObject): string {
  const { name, ...what } = { name: nameOf(publication), tables: published(publication) };
  const of = flag(publication, "all tables")
    ? " for all tables"
    : what.tables === ""
      ? ""
      : ` for ${what.tables}`;
  return `create publication ${name}${of} with (${operations(publication)}, ${viaRoot(publication)})`;
}

/** Makes one property what it is on the expected side; of `all tables` there is no change. */
export function alterPublication(property: string, expected: CatalogObject, found: CatalogObject): string[] {
  const head = `alter publication ${nameOf(expected)}`;
  switch (property) {
    case "operations":
      return [`${head} set (${operations(expected)})`];
    case "via root":
      return [`${head} set (${viaRoot(expected)})`];
    case "tables":
    case "schemas": {
      const all = published(expected);
      // An empty list cannot be set, so what is there is dropped.
      return [all === "" ? `${head} drop ${published(bare(found))}` : `${head} set ${all}`];
    }
    default:
      return [`drop publication ${nameOf(expected)}`, createPublication(expected)];
  }
}

/** A table is dropped by its name, whatever columns and rows of it were published. */
function bare(publication: CatalogObject): CatalogObject {
  const tables = list(publication, "tables").map((table) => table.replace(/ (?:\(|where ).*$/s, ""));
  return { ...publication, properties: { ...publication.properties, tables } };
}

function published(publication: CatalogObject): string {
  const schemas = list(publication, "schemas").map((name) => `tables in schema ${quoteIdentifier(name)}`);
  const tables = list(publication, "tables").map((table) => `table ${table}`);
  return [...tables, ...schemas].join(", ");
}

function operations(publication: CatalogObject): string {
  return `publish = ${literal(list(publication, "operations").join(", "))}`;
}

function viaRoot(publication: CatalogObject): string {
  return `publish_via_partition_root = ${String(flag(publication, "via root"))}`;
}
