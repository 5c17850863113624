import type { CatalogObject } from "@offramp/db/conformance";

import { BindingNames, camelCase } from "./binding-names.ts";
import { columnType } from "./column-type.ts";
import type { ModuleParts } from "./module-parts.ts";
import { nameList } from "./quoted-names.ts";
import { optionsText, sqlText, stringText } from "./type-script-text.ts";

/** A view with the names and types of its columns, and PostgreSQL's text of its query. */
export function viewText(view: CatalogObject, parts: ModuleParts): string {
  const { kind, schema = "public", name, properties } = view;
  const binding = parts.bind(view);
  const maker = parts.maker(
    schema,
    kind === "view"
      ? { inPublic: "pgView", inSchema: "view" }
      : { inPublic: "pgMaterializedView", inSchema: "materializedView" },
  );
  const names = new BindingNames();
  const columns = (Array.isArray(properties["columns"]) ? properties["columns"] : []).map((column) => {
    const found = /^("(?:[^"]|"")+"|\S+) (.*)$/s.exec(String(column));
    const [own = ""] = nameList(found?.[1] ?? "") ?? [];
    return `  ${names.claim(camelCase(own))}: ${columnType(found?.[2] ?? "text", own, parts)},`;
  });
  const query = parts.sql(sqlText(String(properties["query"])));
  const options = kind === "view" ? viewOptions(properties["options"]) : undefined;
  return (
    `export const ${binding} = ${maker}(${stringText(name)}, {\n${columns.join("\n")}\n})` +
    `${options === undefined ? "" : `.with(${options})`}.as(${query});`
  );
}

function viewOptions(options: unknown): string | undefined {
  const given = new Map(
    (Array.isArray(options) ? options : []).map((option): [string, string] => {
      const [name = "", value = ""] = String(option).split("=");
      return [name, value];
    }),
  );
  const check = given.get("check_option");
  return optionsText({
    checkOption: check === undefined ? undefined : stringText(check),
    securityBarrier: given.get("security_barrier"),
    securityInvoker: given.get("security_invoker"),
  });
}
