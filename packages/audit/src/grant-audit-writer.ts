import { type Queryable, quoteIdentifier, ServerError } from "@offramp/db";

/**
 * Lets a database role append to the trail: makes it a member of `offramp_audit_writer`. It gains no right to read or
 * change a record. Doing it twice is harmless.
 *
 * Give it to every role under which statements run: the one that the application logs in as, and those that its
 * connections switch to. Only the role that installed the trail, or a superuser, may give it.
 *
 * @throws {ServerError} the role does not exist, or this connection may not give the right.
 * @throws {Error} the role is a member but does not inherit the right (`NOINHERIT`, before PostgreSQL 16).
 *
 * @example
 * ```ts
 * import { grantAuditWriter } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const db = connect({ url: "postgres://postgres@localhost:5432/clinic" });
 * await grantAuditWriter(db, "clinic_app");
 * await db.close();
 * ```
 */
export async function grantAuditWriter(db: Queryable, role: string): Promise<void> {
  const member = quoteIdentifier(role);
  const [version] = await db.query({
    text: "select current_setting('server_version_num')::int >= 160000 as options",
  });
  // Since 16 the grant itself says whether the right is inherited; before, the role's attribute alone decides.
  const inherited = version?.["options"] === "t" ? " with inherit true" : "";
  try {
    await db.query({ text: `grant offramp_audit_writer to ${member}${inherited}` });
  } catch (error) {
    // Granting at the same moment through another database of the server.
    if (!(error instanceof ServerError && error.code === "23505")) throw error;
  }
  const [granted] = await db.query({
    text: "select pg_has_role($1::name, 'offramp_audit_writer', 'USAGE') as usable",
    values: [role],
  });
  if (granted?.["usable"] !== "t") {
    throw new Error(
      `The role ${role} is a member of offramp_audit_writer but does not inherit its right to append. ` +
        `Run: ALTER ROLE ${member} INHERIT`,
    );
  }
}
