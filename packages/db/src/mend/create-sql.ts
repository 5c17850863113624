import type { CatalogObject } from "../catalog/catalog.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { changeDefaultPrivileges, changeGrant, grantsOn } from "./access-sql.ts";
import { addConstraint, createIndex } from "./constraint-sql.ts";
import { commentSql } from "./comment-sql.ts";
import { flag, list, text } from "./facts.ts";
import { createPublication } from "./publication-sql.ts";
import { createRole, grantMembership } from "./role-sql.ts";
import type { Sides } from "./sides.ts";
import { literal, nameOf, parentOf, roleName, target } from "./sql-names.ts";
import { columnDefinition, createTable, ownSequence } from "./table-sql.ts";
import { createType } from "./type-sql.ts";

/** The statements that make an object as it is on the expected side, with its owner, grants and comment. */
export function createObject(object: CatalogObject, sides: Sides): string[] {
  return [...create(object, sides), ...ownerSql(object), ...grantsOn(object, sides), ...commentSql(object)];
}

function create(object: CatalogObject, sides: Sides): string[] {
  switch (object.kind) {
    case "schema":
      return [`create schema ${nameOf(object)}`];
    case "extension":
      return [`create extension ${nameOf(object)} with schema ${text(object, "schema")}`];
    case "enum":
    case "domain":
    case "composite type":
    case "range type":
      return [createType(object)];
    case "sequence":
      return [
        `create sequence ${nameOf(object)} ${sequenceOptions(object)}`,
        ...ownedByColumn(object, sides),
      ];
    case "function":
      return [object.definition ?? createAggregate(object)];
    case "table":
      return createTable(object, sides);
    case "column":
      return [
        `alter table ${parentOf(object)} add column ${columnDefinition(object)}`,
        ...ownSequence(object, sides),
      ];
    case "constraint":
      return [addConstraint(object)];
    case "index":
      return [createIndex(object)];
    case "view":
    case "materialized view":
      return [createView(object)];
    case "rule":
    case "trigger":
      return [text(object, "definition") ?? "", ...enabledSql(object, "yes")];
    case "event trigger":
      return [createEventTrigger(object), ...enabledSql(object, "yes")];
    case "policy":
      return [createPolicy(object)];
    case "role":
      return createRole(object);
    case "membership":
      return grantMembership(object, sides);
    case "publication":
      return [createPublication(object)];
    case "grant":
      return changeGrant(object, undefined);
    case "default privileges":
      return changeDefaultPrivileges(object, undefined);
    case "phi mark":
      return [
        "insert into audit.phi_column (table_schema, table_name, column_name, kind) " +
          `values (${markKey(object)}, ${literal(text(object, "phi") ?? "")})`,
      ];
    case "data subject":
      return [markSubject(object)];
  }
}

export function sequenceOptions(sequence: CatalogObject): string {
  return (
    `as ${text(sequence, "type")} increment by ${text(sequence, "increment")} minvalue ${text(sequence, "minimum")} ` +
    `maxvalue ${text(sequence, "maximum")} start with ${text(sequence, "start")} cache ${text(sequence, "cache")} ` +
    (flag(sequence, "cycle") ? "cycle" : "no cycle")
  );
}

/** Where the column is missing too, it takes the sequence when it is made. */
function ownedByColumn(sequence: CatalogObject, sides: Sides): string[] {
  const owner = text(sequence, "owned by");
  if (owner === null) return [];
  const [schema = "", parent = "", name = ""] = owner.replaceAll('"', "").split(".");
  return sides.isThere({ kind: "column", schema, parent, name })
    ? [`alter sequence ${nameOf(sequence)} owned by ${owner}`]
    : [];
}

function createAggregate(aggregate: CatalogObject): string {
  return `create aggregate ${nameOf(aggregate)} (${text(aggregate, "aggregate")})`;
}

export function createView(view: CatalogObject, replace = false): string {
  const options = list(view, "options");
  return [
    `create ${replace ? "or replace " : ""}${view.kind} ${nameOf(view)}`,
    options.length > 0 && `with (${options.join(", ")})`,
    `as ${text(view, "query")}`,
    view.properties["populated"] === false && "with no data",
  ]
    .filter((part) => part !== false)
    .join(" ");
}

function createPolicy(policy: CatalogObject): string {
  const [using, check] = [text(policy, "using"), text(policy, "check")];
  return [
    `create policy ${nameOf(policy)} on ${parentOf(policy)}`,
    `as ${flag(policy, "permissive") ? "permissive" : "restrictive"} for ${text(policy, "command")}`,
    `to ${list(policy, "roles").map(roleName).join(", ")}`,
    using !== null && `using (${using})`,
    check !== null && `with check (${check})`,
  ]
    .filter((part) => part !== false)
    .join(" ");
}

function createEventTrigger(trigger: CatalogObject): string {
  const tags = list(trigger, "tags");
  const when = tags.length > 0 ? ` when tag in (${tags.map(literal).join(", ")})` : "";
  return `create event trigger ${nameOf(trigger)} on ${text(trigger, "event")}${when} execute function ${text(trigger, "function")}()`;
}

/** What brings a trigger or rule, which is made enabled, to its state. */
export function enabledSql(object: CatalogObject, now: string): string[] {
  const wanted = text(object, "enabled") ?? "yes";
  if (wanted === now) return [];
  const action = { yes: "enable", no: "disable", replica: "enable replica", always: "enable always" }[wanted];
  if (object.kind === "event trigger") return [`alter event trigger ${nameOf(object)} ${action}`];
  return [`alter table ${parentOf(object)} ${action} ${object.kind} ${nameOf(object)}`];
}

/** Of an object that the migrating role does not own. */
function ownerSql(object: CatalogObject): string[] {
  const owner = text(object, "owner");
  if (owner === null) return [];
  return [`alter ${target(object)} owner to ${quoteIdentifier(owner)}`];
}

export function markKey({ schema = "", parent = "", name }: CatalogObject): string {
  return [schema, parent, name].map(literal).join(", ");
}

function markSubject(object: CatalogObject): string {
  const columns = "table_schema, table_name, column_name, followed_schema, followed_table, followed_key";
  return flag(object, "follows")
    ? `insert into audit.phi_subject (${columns}) select ${markKey(object)}, k.schema, k.name, k."column" ` +
        `from audit.followed_key(${markKey(object)}) k`
    : `insert into audit.phi_subject (${columns}) values (${markKey(object)}, null, null, null)`;
}
