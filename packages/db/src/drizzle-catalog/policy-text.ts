import { is } from "drizzle-orm";
import { type PgPolicy, PgRole } from "drizzle-orm/pg-core";
import { quoteIdentifier } from "../quote-identifier.ts";
import { ownText } from "./drizzle-text.ts";
import type { ModuleTable } from "./schema-module.ts";

const KEYWORDS = new Set(["public", "current_user", "current_role", "session_user"]);

export function policyText(policy: PgPolicy, table: ModuleTable): string {
  return [
    `create policy ${quoteIdentifier(policy.name)} on ${quoteIdentifier(table.name)}`,
    `as ${policy.as ?? "permissive"} for ${policy.for ?? "all"}`,
    `to ${policyRoles(policy)
      .map((role) => (KEYWORDS.has(role) ? role : quoteIdentifier(role)))
      .join(", ")}`,
    policy.using === undefined ? undefined : `using (${ownText(policy.using, table)})`,
    policy.withCheck === undefined ? undefined : `with check (${ownText(policy.withCheck, table)})`,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** The roles' names; `public` where none was given. */
export function policyRoles({ to }: PgPolicy): readonly string[] {
  const roles = to === undefined ? ["public"] : Array.isArray(to) ? to : [to];
  return roles.map((role) => (is(role, PgRole) ? role.name : String(role)));
}
