import type { CatalogObject, ObjectName } from "../catalog/catalog.ts";
import { quoteIdentifier } from "../quote-identifier.ts";

/** `"schema"."name"`, or the name alone where there is no schema. */
export function qualified(schema: string | undefined, name: string): string {
  return schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A function's name holds its argument types, which PostgreSQL wrote: only what stands before them is quoted. */
export function routine(schema: string | undefined, name: string): string {
  const at = name.indexOf("(");
  return `${qualified(schema, name.slice(0, at))}${name.slice(at)}`;
}

/** The object by itself, or, for what belongs to a table, its own name without the table. */
export function nameOf({ kind, schema, name }: ObjectName): string {
  switch (kind) {
    case "function":
      return routine(schema, name);
    case "column":
    case "constraint":
    case "trigger":
    case "policy":
    case "rule":
    case "schema":
    case "extension":
    case "event trigger":
    case "role":
    case "publication":
      return quoteIdentifier(name);
    default:
      return qualified(schema, name);
  }
}

/** The table (or domain) that the object belongs to. */
export function parentOf({ schema, parent }: ObjectName): string {
  return qualified(schema, parent ?? "");
}

export function roleName(role: string): string {
  return role === "public" ? "public" : quoteIdentifier(role);
}

/** The keyword of `alter`, `drop` and `comment on`. */
function keyword(object: CatalogObject): string {
  switch (object.kind) {
    case "enum":
    case "composite type":
    case "range type":
      return "type";
    case "function":
      return "routine";
    default:
      return object.kind;
  }
}

/** As `comment on`, and with `drop` in front, names an object: `policy "p" on "public"."t"`. */
export function target(object: CatalogObject): string {
  switch (object.kind) {
    case "column":
      return `column ${parentOf(object)}.${nameOf(object)}`;
    case "constraint":
      return `constraint ${nameOf(object)} on ${object.properties["of domain"] === true ? "domain " : ""}${parentOf(object)}`;
    case "trigger":
    case "policy":
    case "rule":
      return `${object.kind} ${nameOf(object)} on ${parentOf(object)}`;
    default:
      return `${keyword(object)} ${nameOf(object)}`;
  }
}

/** A text in SQL. A backslash is written in the escape form, which no setting changes. */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}
