import type { CatalogObject } from "../catalog/catalog.ts";
import type { Severity } from "./finding.ts";

/** What changes how the database is kept, not what it does. */
const KEPT = new Set([
  "owner",
  "storage parameters",
  "cost",
  "rows",
  "cache",
  "populated",
  "replica identity",
  "owned by",
  "connection limit",
]);

export function severityOfDifference(property: string): Severity {
  if (property === "comment") return "note";
  return KEPT.has(property) ? "warning" : "error";
}

/** A missing index costs time, unless it also keeps values apart. */
export function severityOfMissing(object: CatalogObject): Severity {
  if (object.kind === "index") return object.properties["unique"] === true ? "error" : "warning";
  return object.kind === "default privileges" ? "warning" : "error";
}

/** What is there besides matters where it lets someone in or acts by itself. */
export function severityOfUnexpected({ kind, properties }: CatalogObject): Severity {
  switch (kind) {
    case "grant":
    case "membership":
    case "policy":
    case "trigger":
    case "event trigger":
    case "rule":
      return "error";
    case "constraint":
    case "index":
      return kind === "constraint" || properties["unique"] === true ? "error" : "warning";
    case "extension":
      return "note";
    default:
      return "warning";
  }
}
