import { type CatalogObject, objectLabel } from "@offramp/db/conformance";

import { nameList } from "./quoted-names.ts";
import type { TableParts } from "./table-parts.ts";
import { sqlText, stringText } from "./type-script-text.ts";

/** Drizzle's plain `.desc()` puts nulls last, PostgreSQL's `desc` first. */
const ORDER: Readonly<Record<string, string>> = {
  "": "",
  " desc": ".desc().nullsFirst()",
  " desc nulls last": ".desc().nullsLast()",
  " nulls first": ".nullsFirst()",
};

/** An index as an entry of the table's third argument; undefined where Drizzle has no word for it. */
export function indexText(index: CatalogObject, table: TableParts): string | undefined {
  const { name, properties } = index;
  const { parts } = table;
  const columns = properties["columns"];
  if (!Array.isArray(columns) || properties["valid"] === false || properties["nulls not distinct"] === true) {
    parts.unsaid.push(objectLabel(index));
    return undefined;
  }
  const builder = parts.use(properties["unique"] === true ? "uniqueIndex" : "index");
  const entries = columns.map((column) => indexedText(String(column), table)).join(", ");
  const method = String(properties["method"]);
  const predicate = properties["predicate"];
  const parameters = properties["storage parameters"];
  const include = properties["include"];
  return [
    `${builder}(${stringText(name)})`,
    method === "btree" ? `.on(${entries})` : `.using(${stringText(method)}, ${entries})`,
    typeof predicate === "string" ? `.where(${parts.sql(sqlText(predicate))})` : "",
    Array.isArray(parameters)
      ? `.with({ ${parameters.map((one) => parameterText(String(one))).join(", ")} })`
      : "",
    Array.isArray(include) ? ` /* include (${include.join(", ").replaceAll("*/", "")}) */` : "",
  ].join("");
}

/** A column in Drizzle's words where it has one for all that is said of it, else in PostgreSQL's. */
function indexedText(text: string, table: TableParts): string {
  const found = /^("(?:[^"]|"")+"|[^\s"(]+)(.*)$/s.exec(text);
  const [name] = nameList(found?.[1] ?? "") ?? [];
  const rest = found?.[2] ?? "";
  if (name !== undefined && table.columnObjects.some((column) => column.name === name)) {
    const order = ORDER[rest];
    if (order !== undefined) return `table.${table.key(name)}${order}`;
    if (/^ (?:"[^"]+"|\w+)\.\w+$/.test(rest))
      return `table.${table.key(name)}.op(${stringText(rest.trim())})`;
  }
  return table.parts.sql(sqlText(text));
}

function parameterText(parameter: string): string {
  const [name = "", value = ""] = parameter.split("=");
  return `${stringText(name)}: ${stringText(value)}`;
}
