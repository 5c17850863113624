import type { CatalogObject } from "../catalog/catalog.ts";
import { changeDefaultPrivileges, changeGrant } from "./access-sql.ts";
import { alterConstraint } from "./constraint-sql.ts";
import { createObject, createView, enabledSql, markKey, sequenceOptions } from "./create-sql.ts";
import { dropObject } from "./drop-sql.ts";
import { list, text } from "./facts.ts";
import { alterPublication } from "./publication-sql.ts";
import { alterMembership, alterRole } from "./role-sql.ts";
import type { Sides } from "./sides.ts";
import { literal, nameOf, target } from "./sql-names.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { alterColumn, alterTable, changeParameters } from "./table-sql.ts";
import { alterComposite, alterDomain, alterEnum } from "./type-sql.ts";

/** Both forms of an object that is not as it should be. */
export interface Pair {
  readonly expected: CatalogObject;
  readonly found: CatalogObject;
}

/** The statements that give an object the expected value of one property; empty where no statement can. */
export function alterObject(property: string, { expected, found }: Pair, sides: Sides): string[] {
  if (property === "comment") {
    const comment = text(expected, "comment");
    return [`comment on ${target(expected)} is ${comment === null ? "null" : literal(comment)}`];
  }
  if (property === "owner") {
    const owner = text(expected, "owner");
    return [`alter ${target(expected)} owner to ${owner === null ? "current_user" : quoteIdentifier(owner)}`];
  }
  switch (expected.kind) {
    case "table":
      return alterTable(property, expected, found);
    case "column":
      return alterColumn(property, expected, found);
    case "constraint":
      return alterConstraint(property, expected, sides);
    case "index":
      return property === "valid"
        ? [`reindex index ${nameOf(expected)}`]
        : recreate({ expected, found }, sides);
    case "enum":
      return alterEnum(expected, found, sides);
    case "domain":
      return alterDomain(property, expected);
    case "composite type":
      return alterComposite(expected, found);
    case "range type":
    case "schema":
      return [];
    case "extension":
      return [`alter extension ${nameOf(expected)} set schema ${text(expected, "schema")}`];
    case "sequence":
      return property === "owned by"
        ? [`alter sequence ${nameOf(expected)} owned by ${text(expected, "owned by") ?? "none"}`]
        : [`alter sequence ${nameOf(expected)} ${sequenceOptions(expected)}`];
    case "function":
      return alterFunction({ expected, found }, sides);
    case "view":
    case "materialized view":
      return alterView(property, { expected, found }, sides);
    case "trigger":
    case "rule":
    case "event trigger":
      return property === "enabled"
        ? enabledSql(expected, text(found, "enabled") ?? "")
        : recreate({ expected, found }, sides);
    case "policy":
      return recreate({ expected, found }, sides);
    case "role":
      return alterRole(property, expected, found);
    case "membership":
      return alterMembership(property, expected);
    case "publication":
      return alterPublication(property, expected, found);
    case "grant":
      return changeGrant(expected, found);
    case "default privileges":
      return changeDefaultPrivileges(expected, found);
    case "phi mark":
      return [
        `update audit.phi_column set kind = ${literal(text(expected, "phi") ?? "")} ` +
          `where (table_schema, table_name, column_name) = (${markKey(expected)})`,
      ];
    case "data subject":
      return recreate({ expected, found }, sides);
  }
}

/** `create or replace` cannot change what callers see: the arguments' names and defaults, the result. */
function alterFunction(pair: Pair, sides: Sides): string[] {
  const { expected, found } = pair;
  const seen = ["arguments", "result", "kind"];
  const same = seen.every((property) => expected.properties[property] === found.properties[property]);
  return same && expected.definition !== undefined ? [expected.definition] : recreate(pair, sides);
}

function alterView(property: string, pair: Pair, sides: Sides): string[] {
  const { expected, found } = pair;
  if (property === "populated") {
    return [
      `refresh materialized view ${nameOf(expected)}${expected.properties["populated"] === true ? "" : " with no data"}`,
    ];
  }
  if (property === "options")
    return changeParameters(`alter ${target(expected)}`, property, { expected, found });
  const [wanted, present] = [list(expected, "columns"), list(found, "columns")];
  const extended = present.every((column, index) => wanted[index] === column);
  return expected.kind === "view" && extended ? [createView(expected, true)] : recreate(pair, sides);
}

/** Drops and makes again, with what a drop takes along. */
function recreate({ expected, found }: Pair, sides: Sides): string[] {
  const along =
    expected.kind === "view" || expected.kind === "materialized view"
      ? (["index", "rule", "trigger"] as const).flatMap((kind) => sides.expectedOf(expected, kind))
      : [];
  return [
    ...dropObject(found),
    ...createObject(expected, sides),
    ...along.flatMap((object) => createObject(object, sides)),
  ];
}
