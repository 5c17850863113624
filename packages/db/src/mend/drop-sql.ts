import type { CatalogObject } from "../catalog/catalog.ts";
import { changeDefaultPrivileges, changeGrant } from "./access-sql.ts";
import { dropConstraint } from "./constraint-sql.ts";
import { markKey } from "./create-sql.ts";
import { revokeMembership } from "./role-sql.ts";
import { nameOf, parentOf, target } from "./sql-names.ts";

/** The statements that remove an object. None says `cascade`: what depends on it is found, and removed, by itself. */
export function dropObject(object: CatalogObject): string[] {
  switch (object.kind) {
    case "column":
      return [`alter table ${parentOf(object)} drop column ${nameOf(object)}`];
    case "constraint":
      return [dropConstraint(object)];
    case "grant":
      return changeGrant(undefined, object);
    case "default privileges":
      return changeDefaultPrivileges(undefined, object);
    case "membership":
      return revokeMembership(object);
    case "phi mark":
    case "data subject":
      return [
        `delete from audit.${object.kind === "phi mark" ? "phi_column" : "phi_subject"} ` +
          `where (table_schema, table_name, column_name) = (${markKey(object)})`,
      ];
    default:
      return [`drop ${target(object)}`];
  }
}

/** True when dropping it loses rows or values. */
export function holdsData({ kind }: CatalogObject): boolean {
  return kind === "table" || kind === "column" || kind === "schema" || kind === "extension";
}
