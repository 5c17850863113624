import { type CatalogObject, objectKey, type ObjectKind, type ObjectName } from "../catalog/catalog.ts";

type Objects = ReadonlyMap<string, CatalogObject>;

const TABLES: readonly ObjectKind[] = ["table", "view", "materialized view"];
const GRANTED: Readonly<Record<string, readonly ObjectKind[]>> = {
  table: TABLES,
  column: TABLES,
  sequence: ["sequence"],
  function: ["function"],
  schema: ["schema"],
  type: ["enum", "domain", "composite type", "range type"],
};
const DROPPED_WITH_TABLE: ReadonlySet<ObjectKind> = new Set([
  "column",
  "constraint",
  "index",
  "trigger",
  "policy",
  "rule",
]);

/** True for what the statements for another missing object make too. */
export function isMadeWith(object: CatalogObject, missing: Objects): boolean {
  if (object.kind === "column") return parentIs(object, ["table"], missing);
  return object.kind === "grant" && isGrantOn(object, missing);
}

/** True for what PostgreSQL drops together with another object that goes. */
export function goesWith(object: CatalogObject, going: Objects): boolean {
  if (object.kind === "grant") return isGrantOn(object, going);
  if (object.kind === "sequence") return isOwnedByOne(object, going);
  if (!DROPPED_WITH_TABLE.has(object.kind)) return false;
  return parentIs(object, [...TABLES, "domain"], going);
}

function isGrantOn(grant: CatalogObject, others: Objects): boolean {
  const { schema, parent = "", on = "", column } = grant;
  const ofColumn =
    column !== undefined && others.has(keyOf({ kind: "column", parent, name: column }, schema));
  return ofColumn || parentIs(grant, GRANTED[on] ?? [], others);
}

/** A serial column's. */
function isOwnedByOne({ properties }: CatalogObject, others: Objects): boolean {
  const owner = properties["owned by"];
  if (typeof owner !== "string") return false;
  const [schema, parent = "", name = ""] = owner.replaceAll('"', "").split(".");
  return (
    others.has(keyOf({ kind: "column", parent, name }, schema)) ||
    others.has(keyOf({ kind: "table", name: parent }, schema))
  );
}

function parentIs(
  { schema, parent = "" }: CatalogObject,
  kinds: readonly ObjectKind[],
  others: Objects,
): boolean {
  return kinds.some((kind) => others.has(keyOf({ kind, name: parent }, schema)));
}

function keyOf(name: ObjectName, schema: string | undefined): string {
  return objectKey(schema === undefined ? name : { ...name, schema });
}
