import type { CatalogObject } from "@offramp/db/conformance";

import type { PhiCandidate } from "../../phi/phi-candidates.ts";
import { columnType } from "./column-type.ts";
import type { ModuleParts } from "./module-parts.ts";
import { identityFacts, sequenceOptions, serialOf } from "./sequences.ts";
import { sqlText, stringText } from "./type-script-text.ts";

/** A column with what a table says of it besides. */
export interface ColumnText {
  readonly column: CatalogObject;
  /** `.primaryKey()` and the like. */
  readonly keys: string;
  readonly candidate: PhiCandidate | undefined;
}

/** A column as Drizzle's builder, marked as PHI where its name and type look like it. */
export function columnText({ column, keys, candidate }: ColumnText, parts: ModuleParts): string {
  const builder = `${builderText(column, parts)}${keys}`;
  if (candidate === undefined) return builder;
  return `${parts.use("phi", "@offramp/db")}(${builder}, ${stringText(candidate.kind)})`;
}

function builderText(column: CatalogObject, parts: ModuleParts): string {
  const { name, properties } = column;
  const serial = serialOf(column, parts.catalog.objects);
  if (serial !== undefined) {
    const mode = serial.builder === "bigserial" ? ', { mode: "bigint" }' : "";
    return `${parts.use(serial.builder)}(${stringText(name)}${mode})`;
  }
  const { type, nullable, generated, identity } = properties;
  return [
    columnType(String(type), name, parts),
    nullable === false ? ".notNull()" : "",
    defaultText(column, parts),
    typeof identity === "string" ? identityText(column) : "",
    typeof generated === "string" ? generatedText(generated, parts) : "",
  ].join("");
}

function identityText({ properties }: CatalogObject): string {
  const facts = identityFacts(String(properties["identity sequence"]), String(properties["type"]));
  const options = facts === undefined ? "" : (sequenceOptions(facts) ?? "");
  const method =
    properties["identity"] === "always" ? "generatedAlwaysAsIdentity" : "generatedByDefaultAsIdentity";
  return `.${method}(${options})`;
}

function generatedText(generated: string, parts: ModuleParts): string {
  const expression = /^always as \((.*)\) (?:stored|virtual)$/s.exec(generated)?.[1] ?? generated;
  return `.generatedAlwaysAs(${parts.sql(sqlText(expression))})`;
}

/** In Drizzle's words where it has one for it, else in PostgreSQL's. */
function defaultText({ properties }: CatalogObject, parts: ModuleParts): string {
  const { type } = properties;
  const value = properties["default"];
  if (typeof value !== "string") return "";
  if (value === "now()" && /^timestamp|^date$/.test(String(type))) return ".defaultNow()";
  if (value === "gen_random_uuid()" && type === "uuid") return ".defaultRandom()";
  if (/^(true|false)$/.test(value) && type === "boolean") return `.default(${value})`;
  if (/^-?\d{1,9}$/.test(value) && (type === "integer" || type === "smallint")) return `.default(${value})`;
  const text = /^'([^'\\]*)'::text$/.exec(value);
  if (text !== null && type === "text") return `.default(${stringText(text[1] ?? "")})`;
  return `.default(${parts.sql(sqlText(value))})`;
}
