/** A member of the document: parts that are undefined are not printed. */
export type Json = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<string, string>> = {
  "character varying": "string",
  character: "string",
  text: "string",
  boolean: "boolean",
  smallint: "integer",
  integer: "integer",
  bigint: "integer",
  numeric: "number",
  real: "number",
  "double precision": "number",
};

const ANYTHING: ReadonlySet<string> = new Set(["json", "jsonb"]);

const FORMATS: Readonly<Record<string, string>> = { smallint: "int32", integer: "int32", bigint: "int64" };

/** Swagger's name for a PostgreSQL type; undefined where any value fits. */
export function swaggerType(type: string): string | undefined {
  if (ANYTHING.has(type)) return undefined;
  return TYPES[type] ?? (type.endsWith("[]") ? "array" : "string");
}

export function swaggerFormat(type: string): string {
  return FORMATS[type] ?? type;
}

/** What an array holds. */
export function arrayItems(type: string): Json | undefined {
  if (swaggerType(type) !== "array") return undefined;
  return { type: swaggerType(elementType(type)) };
}

export function elementType(type: string): string {
  return type.slice(0, -"[]".length);
}

/** A default that is a plain value, as JSON; undefined for an expression. */
export function swaggerDefault(type: string, expression: string): unknown {
  if (swaggerType(type) === "string") {
    const cast = `::${type}`;
    const value = expression.endsWith(cast)
      ? expression.slice(0, -cast.length).replaceAll(/^'+|'+$/g, "")
      : expression;
    return parseJson(`"${value}"`);
  }
  return parseJson(expression);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
