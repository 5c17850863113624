import { qualifiedName } from "./quoted-names.ts";
import type { ModuleParts } from "./module-parts.ts";
import { optionsText, stringText } from "./type-script-text.ts";

/** PostgreSQL's name of a type, and Drizzle's builder for it. */
const PLAIN: Readonly<Record<string, string>> = {
  text: "text",
  integer: "integer",
  smallint: "smallint",
  boolean: "boolean",
  uuid: "uuid",
  json: "json",
  jsonb: "jsonb",
  date: "date",
  real: "real",
  "double precision": "doublePrecision",
  inet: "inet",
  cidr: "cidr",
  macaddr: "macaddr",
  macaddr8: "macaddr8",
  point: "point",
  line: "line",
  interval: "interval",
  numeric: "numeric",
  "character varying": "varchar",
};

/** What the driver gives for types that Drizzle does not have; for all others it is text. */
const DATA: Readonly<Record<string, string>> = {
  bytea: "Uint8Array",
  boolean: "boolean",
  integer: "number",
  smallint: "number",
  real: "number",
  "double precision": "number",
  oid: "number",
};

/** Drizzle's builder for a column of this type, such as `varchar("code", { length: 8 })`, with `.array()` where it is one. */
export function columnType(type: string, column: string, parts: ModuleParts): string {
  const element = type.replace(/(\[\])+$/, "");
  const arrays = ".array()".repeat((type.length - element.length) / 2);
  return `${elementType(element, stringText(column), parts)}${arrays}`;
}

function elementType(type: string, column: string, parts: ModuleParts): string {
  const plain = PLAIN[type];
  if (plain !== undefined) return `${parts.use(plain)}(${column})`;
  if (type === "bigint") return `${parts.use("bigint")}(${column}, { mode: "bigint" })`;
  const sized = /^(character varying|character|numeric|bit)\((\d+)(?:,(\d+))?\)$/.exec(type);
  if (sized !== null) return sizedType(sized, column, parts);
  const clock = /^(timestamp|time)(?:\((\d)\))? (with|without) time zone$/.exec(type);
  if (clock !== null) {
    const [, builder = "", precision, zone] = clock;
    const options = optionsText({ withTimezone: zone === "with" ? "true" : undefined, precision });
    return `${parts.use(builder)}(${column}${options === undefined ? "" : `, ${options}`})`;
  }
  const vector = /^(?:[^.]+\.)?(vector|halfvec|sparsevec)\((\d+)\)$/.exec(type);
  if (vector?.[1] !== undefined) return `${parts.use(vector[1])}(${column}, { dimensions: ${vector[2]} })`;
  const named = qualifiedName(type);
  const [schema, name] = named ?? [];
  const enumeration =
    schema === undefined || name === undefined ? undefined : parts.bound("enum", [schema, name]);
  if (enumeration !== undefined) return `${enumeration}(${column})`;
  return `${parts.customType(type, dataOf(type, parts))}(${column})`;
}

function sizedType([, type, size, scale]: RegExpExecArray, column: string, parts: ModuleParts): string {
  switch (type) {
    case "numeric":
      return `${parts.use("numeric")}(${column}, ${optionsText({ precision: size, scale: scale === "0" ? undefined : scale })})`;
    case "bit":
      return `${parts.use("bit")}(${column}, { dimensions: ${size} })`;
    default:
      return `${parts.use(type === "character" ? "char" : "varchar")}(${column}, { length: ${size} })`;
  }
}

/** A domain's values arrive as those of the type under it. */
function dataOf(type: string, { catalog }: ModuleParts): string {
  const [schema, name] = qualifiedName(type) ?? [];
  const domain = catalog.objects.find(
    (object) => object.kind === "domain" && object.schema === schema && object.name === name,
  );
  return DATA[domain === undefined ? type : String(domain.properties["type"])] ?? "string";
}
