import type { CatalogObject } from "../catalog/catalog.ts";
import { list } from "./facts.ts";
import type { Sides } from "./sides.ts";
import { qualified, roleName, routine } from "./sql-names.ts";
import { quoteIdentifier } from "../quote-identifier.ts";

const GRANTABLE = " with grant option";

/** `on table "public"."t"`, as grant and revoke have it. */
function on(grant: CatalogObject): string {
  const name = grant.parent ?? "";
  switch (grant.on) {
    case "function":
      return `on routine ${routine(grant.schema, name)}`;
    case "column":
      return `on table ${qualified(grant.schema, name)}`;
    default:
      return `on ${grant.on} ${qualified(grant.schema, name)}`;
  }
}

function privilege(entry: string, grant: CatalogObject): string {
  const name = entry.replace(GRANTABLE, "");
  return grant.column === undefined ? name : `${name} (${quoteIdentifier(grant.column)})`;
}

function giveOne(entry: string, grant: CatalogObject): string {
  const option = entry.endsWith(GRANTABLE) ? GRANTABLE : "";
  return `grant ${privilege(entry, grant)} ${on(grant)} to ${roleName(grant.name)}${option}`;
}

function takeOne(entry: string, grant: CatalogObject): string {
  return `revoke ${privilege(entry, grant)} ${on(grant)} from ${roleName(grant.name)}`;
}

/** Makes what a role may do on an object equal to the expected; without an expected one, takes everything away. */
export function changeGrant(expected: CatalogObject | undefined, found: CatalogObject | undefined): string[] {
  const grant = expected ?? found;
  if (grant === undefined) return [];
  const wanted = expected === undefined ? [] : list(expected, "privileges");
  const given = found === undefined ? [] : list(found, "privileges");
  return [
    ...given.filter((entry) => !wanted.includes(entry)).map((entry) => takeOne(entry, grant)),
    ...wanted.filter((entry) => !given.includes(entry)).map((entry) => giveOne(entry, grant)),
  ];
}

/** The grants on a new object, whose defaults would give everyone some. */
export function grantsOn(object: CatalogObject, sides: Sides): string[] {
  if (object.kind === "column") return grantsOnColumn(object, sides);
  const kinds = grantKinds(object);
  if (kinds.length === 0) return [];
  const inSchema = object.kind === "schema" ? undefined : object.schema;
  const grants = sides.expected.objects.filter(
    (grant) =>
      grant.kind === "grant" &&
      grant.schema === inSchema &&
      grant.parent === object.name &&
      kinds.includes(grant.on ?? ""),
  );
  const everyone: CatalogObject = {
    kind: "grant",
    ...(inSchema !== undefined && { schema: inSchema }),
    parent: object.name,
    name: "public",
    on: kinds[0] ?? "",
    properties: {},
  };
  return [
    `revoke all ${on(everyone)} from public`,
    ...grants.flatMap((grant) => changeGrant(grant, undefined)),
  ];
}

/** A new column of a table that is there: nobody has a right on it alone yet. */
function grantsOnColumn({ schema, parent, name }: CatalogObject, { expected }: Sides): string[] {
  return expected.objects
    .filter(
      (grant) =>
        grant.kind === "grant" &&
        grant.on === "column" &&
        grant.schema === schema &&
        grant.parent === parent &&
        grant.column === name,
    )
    .flatMap((grant) => changeGrant(grant, undefined));
}

function grantKinds({ kind }: CatalogObject): readonly string[] {
  switch (kind) {
    case "table":
    case "view":
    case "materialized view":
      return ["table", "column"];
    case "sequence":
    case "function":
    case "schema":
      return [kind];
    case "enum":
    case "domain":
    case "composite type":
    case "range type":
      return ["type"];
    default:
      return [];
  }
}

/** As {@link changeGrant}, for what later objects will be granted. */
export function changeDefaultPrivileges(
  expected: CatalogObject | undefined,
  found: CatalogObject | undefined,
): string[] {
  const entry = expected ?? found;
  if (entry === undefined) return [];
  const head = [
    "alter default privileges",
    entry.parent !== undefined && `for role ${roleName(entry.parent)}`,
    entry.schema !== undefined && `in schema ${quoteIdentifier(entry.schema)}`,
  ]
    .filter((part) => part !== false)
    .join(" ");
  const wanted = expected === undefined ? usual(entry) : list(expected, "privileges");
  return [
    `${head} revoke all on ${entry.on} from ${roleName(entry.name)}`,
    ...wanted.map(
      (name) =>
        `${head} grant ${name.replace(GRANTABLE, "")} on ${entry.on} to ${roleName(entry.name)}` +
        (name.endsWith(GRANTABLE) ? GRANTABLE : ""),
    ),
  ];
}

/** What everyone gets where nothing was said (PostgreSQL's documentation, "Privileges"). */
function usual({ schema, name, on: kind }: CatalogObject): readonly string[] {
  if (schema !== undefined || name !== "public") return [];
  if (kind === "functions") return ["EXECUTE"];
  return kind === "types" ? ["USAGE"] : [];
}
