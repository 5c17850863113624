import type { CatalogObject } from "../catalog/catalog.ts";
import { flag, list, text } from "./facts.ts";
import type { Sides } from "./sides.ts";
import { nameOf, parentOf, qualified } from "./sql-names.ts";

function alterOwner(constraint: CatalogObject): string {
  return `alter ${flag(constraint, "of domain") ? "domain" : "table"} ${parentOf(constraint)}`;
}

export function addConstraint(constraint: CatalogObject): string {
  const [onUpdate, onDelete] = [text(constraint, "on update"), text(constraint, "on delete")];
  const deferrable = text(constraint, "deferrable");
  return [
    `${alterOwner(constraint)} add constraint ${nameOf(constraint)} ${text(constraint, "definition")}`,
    onUpdate !== null && onUpdate !== "NO ACTION" && `on update ${onUpdate}`,
    onDelete !== null && onDelete !== "NO ACTION" && `on delete ${onDelete}`,
    deferrable !== null && deferrable !== "no" && `deferrable ${deferrable}`,
    constraint.properties["inherited"] === false && "no inherit",
    !flag(constraint, "enforced") && "not enforced",
    !flag(constraint, "valid") && flag(constraint, "enforced") && "not valid",
  ]
    .filter((part) => part !== false)
    .join(" ");
}

export function dropConstraint(constraint: CatalogObject): string {
  return `${alterOwner(constraint)} drop constraint ${nameOf(constraint)}`;
}

export function alterConstraint(property: string, expected: CatalogObject, sides: Sides): string[] {
  if (property === "index valid") return [`reindex index ${qualified(expected.schema, expected.name)}`];
  if (property === "valid" && flag(expected, "valid")) {
    return [`${alterOwner(expected)} validate constraint ${nameOf(expected)}`];
  }
  // A key cannot be dropped from under the foreign keys that refer to it: they are made again.
  const referring = isKey(expected) ? foreignKeysTo(expected, sides) : [];
  return [
    ...referring.map(dropConstraint),
    dropConstraint(expected),
    addConstraint(expected),
    ...referring.map(addConstraint),
  ];
}

function isKey(constraint: CatalogObject): boolean {
  const type = text(constraint, "type");
  return type === "primary key" || type === "unique";
}

/** Those of the live side that are expected too: their columns are still there. */
function foreignKeysTo(key: CatalogObject, sides: Sides): CatalogObject[] {
  const plain = (name: string): string => name.replaceAll('"', "");
  return sides.expected.objects.filter(
    (object) =>
      object.kind === "constraint" &&
      sides.isThere(object) &&
      plain(text(object, "definition") ?? "").includes(` REFERENCES ${key.schema}.${key.parent}(`),
  );
}

export function createIndex(index: CatalogObject): string {
  const include = list(index, "include");
  const parameters = list(index, "storage parameters");
  const predicate = text(index, "predicate");
  return [
    `create ${flag(index, "unique") ? "unique " : ""}index ${nameOf({ ...index, kind: "column" })}`,
    `on ${parentOf(index)} using ${text(index, "method")} (${list(index, "columns").join(", ")})`,
    include.length > 0 && `include (${include.join(", ")})`,
    flag(index, "nulls not distinct") && "nulls not distinct",
    parameters.length > 0 && `with (${parameters.join(", ")})`,
    predicate !== null && `where ${predicate}`,
  ]
    .filter((part) => part !== false)
    .join(" ");
}
