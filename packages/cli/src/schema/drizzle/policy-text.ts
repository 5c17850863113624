import type { CatalogObject } from "@offramp/db/conformance";

import type { TableParts } from "./table-parts.ts";
import { optionsText, sqlText, stringText } from "./type-script-text.ts";

/** A policy as an entry of the table's third argument. */
export function policyText({ name, properties }: CatalogObject, { parts }: TableParts): string {
  const { using, check, roles } = properties;
  const expression = (value: unknown): string | undefined =>
    typeof value === "string" ? parts.sql(sqlText(value)) : undefined;
  const named = Array.isArray(roles) ? roles.map((role) => stringText(String(role))) : [];
  const options = optionsText({
    as: properties["permissive"] === false ? '"restrictive"' : undefined,
    for: properties["command"] === "all" ? undefined : stringText(String(properties["command"])),
    to: named.length === 0 || named.join() === '"public"' ? undefined : `[${named.join(", ")}]`,
    using: expression(using),
    withCheck: expression(check),
  });
  return `${parts.use("pgPolicy")}(${stringText(name)}${options === undefined ? "" : `, ${options}`})`;
}
