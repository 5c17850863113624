import { ServerError } from "@offramp/db";

/** The error to throw for a read of the trail that failed: what the connection lacks, where that is known. */
export function explainedError(error: unknown): unknown {
  if (!(error instanceof ServerError)) return error;
  if (error.code === "42501") {
    return new Error(
      "This connection's database role may not read the access trail. " +
        "Connect as a member of offramp_auditor (GRANT offramp_auditor TO …).",
      { cause: error },
    );
  }
  if (error.code === "42P01") {
    return new Error(
      "This database has no access trail (audit.phi_access_log). Run migrate with auditMigrations() first.",
      { cause: error },
    );
  }
  return error;
}
