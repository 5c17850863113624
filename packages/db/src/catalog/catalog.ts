/**
 * What a catalog object is.
 *
 * @example
 * import type { ObjectKind } from "@offramp/db/conformance";
 *
 * const kinds: readonly ObjectKind[] = ["table", "column", "policy"];
 * console.log(kinds.length);
 */
export type ObjectKind =
  | "extension"
  | "schema"
  | "enum"
  | "domain"
  | "composite type"
  | "range type"
  | "sequence"
  | "function"
  | "table"
  | "column"
  | "constraint"
  | "index"
  | "view"
  | "materialized view"
  | "rule"
  | "trigger"
  | "event trigger"
  | "policy"
  | "grant"
  | "default privileges"
  | "role"
  | "membership"
  | "publication"
  | "phi mark"
  | "data subject";

/**
 * A fact about an object, such as a column's default.
 *
 * @example
 * import type { PropertyValue } from "@offramp/db/conformance";
 *
 * const labels: PropertyValue = ["pending", "completed"];
 * console.log(labels);
 */
export type PropertyValue = string | number | boolean | null | readonly string[];

/**
 * The name of an object. What belongs to a table (or, a constraint, to a domain) has it as `parent`. A function's name
 * holds its argument types: `total(integer, date)`. A grant is on an object of the kind `on`, called `parent` (its
 * column is `column`), to the role `name`. A membership is of the role `name` in the role `parent`.
 *
 * @example
 * import type { ObjectName } from "@offramp/db/conformance";
 *
 * const email: ObjectName = { kind: "column", schema: "public", parent: "profiles", name: "email" };
 * console.log(email);
 */
export interface ObjectName {
  readonly kind: ObjectKind;
  readonly schema?: string;
  readonly parent?: string;
  readonly name: string;
  /** Of grants and default privileges: the kind of object they are on. */
  readonly on?: string;
  /** Of a grant on one column. */
  readonly column?: string;
}

/**
 * An object, and the facts that make it what it is.
 *
 * @example
 * import { readCatalog, type CatalogObject } from "@offramp/db/conformance";
 * import { connect } from "@offramp/db";
 *
 * const { objects } = await readCatalog(connect());
 * const nullable = (object: CatalogObject): boolean => object.properties["nullable"] === true;
 * console.log(objects.filter(nullable).length);
 */
export interface CatalogObject extends ObjectName {
  /** PostgreSQL's own text for each; names in it have their schema. */
  readonly properties: Readonly<Record<string, PropertyValue>>;
  /** The statement that makes it, where PostgreSQL states it whole (functions). */
  readonly definition?: string;
}

/**
 * A part of the catalog that is not read, and how much of it there is.
 *
 * @example
 * import type { NotCompared } from "@offramp/db/conformance";
 *
 * const gap: NotCompared = { what: "text search configurations", count: 1 };
 * console.log(gap);
 */
export interface NotCompared {
  readonly what: string;
  /** Absent when it could not be counted. */
  readonly count?: number;
}

/**
 * The objects of a database's schemas, as {@link readCatalog} reads them. Plain data: it may be written as JSON.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { type Catalog, readCatalog } from "@offramp/db/conformance";
 *
 * const catalog: Catalog = await readCatalog(connect(), { schemas: ["public"] });
 * console.log(`${catalog.objects.length} objects on PostgreSQL ${catalog.serverVersion}`);
 */
export interface Catalog {
  /** `server_version_num`, such as 180004. */
  readonly serverVersion: number;
  readonly schemas: readonly string[];
  readonly objects: readonly CatalogObject[];
  readonly notCompared: readonly NotCompared[];
  /** False where the audit trail is not installed, or may not be read. */
  readonly hasMarks: boolean;
  /** Roles and memberships were read. They belong to the server, not to the database alone. */
  readonly hasRoles?: boolean;
  readonly hasPublications?: boolean;
}

/** One text for each name. */
export function objectKey({ kind, schema, parent, name, on, column }: ObjectName): string {
  return JSON.stringify([kind, schema ?? null, parent ?? null, name, on ?? null, column ?? null]);
}

/**
 * An object's name as people read it, such as `column public.profiles.email` or
 * `grant on table public.profiles to app`. This is what the patterns of `ignore` match.
 *
 * @example
 * import { objectLabel } from "@offramp/db/conformance";
 *
 * console.log(objectLabel({ kind: "policy", schema: "public", parent: "profiles", name: "own rows" }));
 * // policy "own rows" on public.profiles
 */
export function objectLabel(object: ObjectName): string {
  const { kind, schema, parent, name, on, column } = object;
  const within = [schema, parent].filter((part) => part !== undefined).join(".");
  switch (kind) {
    case "column":
    case "phi mark":
    case "data subject":
      return `${kind} ${within}.${name}`;
    case "constraint":
    case "trigger":
    case "policy":
    case "rule":
      return `${kind} ${/\s/.test(name) ? JSON.stringify(name) : name} on ${within}`;
    case "index":
      return `index ${schema}.${name} on ${parent}`;
    case "grant":
      return `grant on ${column === undefined ? "" : "column "}${on === undefined || column !== undefined ? "" : `${on} `}${within}${column === undefined ? "" : `.${column}`} to ${name}`;
    case "default privileges":
      return `default privileges on ${on}${schema === undefined ? "" : ` in ${schema}`}${parent === undefined ? "" : ` of ${parent}`} to ${name}`;
    case "membership":
      return `membership of ${name} in ${parent}`;
    case "schema":
    case "extension":
    case "event trigger":
    case "role":
    case "publication":
      return `${kind} ${name}`;
    default:
      return `${kind} ${within}.${name}`;
  }
}
