import type { CatalogObject } from "../catalog/catalog.ts";
import { text } from "./facts.ts";
import { literal, target } from "./sql-names.ts";

export function commentSql(object: CatalogObject): string[] {
  const comment = text(object, "comment");
  return comment === null ? [] : [`comment on ${target(object)} is ${literal(comment)}`];
}
