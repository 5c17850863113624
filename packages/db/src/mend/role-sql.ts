import type { CatalogObject } from "../catalog/catalog.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { flag, list } from "./facts.ts";
import type { Sides } from "./sides.ts";
import { literal } from "./sql-names.ts";

/** The attributes of `create role` and `alter role` that are there or not. */
const ATTRIBUTES = ["login", "superuser", "bypassrls", "createrole", "createdb", "replication", "inherit"];

function attribute(role: CatalogObject, name: string): string {
  return flag(role, name) ? name : `no${name}`;
}

function limit({ properties }: CatalogObject): string {
  return `connection limit ${Number(properties["connection limit"] ?? -1)}`;
}

/** The role without a password: whoever runs the statement gives it one. */
export function createRole(role: CatalogObject): string[] {
  const attributes = ATTRIBUTES.map((name) => attribute(role, name));
  return [
    `create role ${quoteIdentifier(role.name)} with ${attributes.join(" ")} ${limit(role)}`,
    ...settings(role, []),
  ];
}

/** Makes one property of a role what it is on the expected side. */
export function alterRole(property: string, expected: CatalogObject, found: CatalogObject): string[] {
  if (property === "settings") return settings(expected, list(found, "settings"));
  const change = property === "connection limit" ? limit(expected) : attribute(expected, property);
  return [`alter role ${quoteIdentifier(expected.name)} with ${change}`];
}

/** `name=value`, as PostgreSQL keeps what `alter role … set` said. */
function settings(expected: CatalogObject, present: readonly string[]): string[] {
  const wanted = list(expected, "settings");
  const nameOf = (entry: string): string => entry.slice(0, entry.indexOf("="));
  const role = `alter role ${quoteIdentifier(expected.name)}`;
  const kept = new Set(wanted.map(nameOf));
  return [
    ...present.filter((entry) => !kept.has(nameOf(entry))).map((entry) => `${role} reset ${nameOf(entry)}`),
    ...wanted
      .filter((entry) => !present.includes(entry))
      .map((entry) => `${role} set ${nameOf(entry)} to ${literal(entry.slice(entry.indexOf("=") + 1))}`),
  ];
}

/** Since PostgreSQL 16 a membership may go without inheriting, or without becoming the role; before, no statement says that. */
export function grantMembership(membership: CatalogObject, { found }: Sides): string[] {
  const { admin = false, inherit = true, set = true } = membership.properties;
  const granted = [
    `grant ${ofPair(membership)}`,
    ...(admin === true ? alterMembership("admin", membership) : []),
  ];
  if (found.serverVersion < 160_000) return granted;
  return [
    ...granted,
    ...(inherit === false ? alterMembership("inherit", membership) : []),
    ...(set === false ? alterMembership("set", membership) : []),
  ];
}

export function alterMembership(property: string, membership: CatalogObject): string[] {
  if (property === "admin" && !flag(membership, "admin"))
    return [`revoke admin option for ${ofPair(membership, "from")}`];
  if (property === "admin") return [`grant ${ofPair(membership)} with admin option`];
  return [`grant ${ofPair(membership)} with ${property} ${String(flag(membership, property))}`];
}

export function revokeMembership(membership: CatalogObject): string[] {
  return [`revoke ${ofPair(membership, "from")}`];
}

function ofPair({ parent = "", name }: CatalogObject, word: "to" | "from" = "to"): string {
  return `${quoteIdentifier(parent)} ${word} ${quoteIdentifier(name)}`;
}
