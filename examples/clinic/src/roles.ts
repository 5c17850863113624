import { randomBytes } from "node:crypto";
import { grantAuditWriter } from "@offramp/audit";
import type { Database } from "@offramp/db";

/** The role that the application logs in as. It owns nothing and has only the rights that its calls need. */
export const applicationRole = "clinic_app";
/** The role of whoever reads the trail. It can read it and nothing else. */
export const auditorRole = "clinic_auditor";

const rights = `
  grant select, insert, update on profiles to ${applicationRole};
  grant select, insert on metabolic_tests to ${applicationRole};
  grant select, insert, delete on reports to ${applicationRole};
  grant select, update on subscriptions to ${applicationRole};
  grant offramp_auditor to ${auditorRole}`;

/** Creates both roles and resolves to their passwords. */
export async function createRoles(database: Database): Promise<ReadonlyMap<string, string>> {
  const passwords = new Map<string, string>();
  for (const role of [applicationRole, auditorRole]) {
    const password = randomBytes(18).toString("hex");
    // CREATE ROLE takes no parameters, so PostgreSQL itself quotes the password.
    const [statement] = await database.query({
      text: "select format('create role %I login password %L', $1::text, $2::text) as text",
      values: [role, password],
    });
    await database.query({ text: statement?.["text"] ?? "" });
    passwords.set(role, password);
  }
  await database.query({ text: rights, script: true });
  await grantAuditWriter(database, applicationRole);
  return passwords;
}
