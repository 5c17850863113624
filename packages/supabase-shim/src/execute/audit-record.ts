import { currentActor } from "@offramp/audit";
import type { Database } from "@offramp/db";
import type { ExecuteError } from "../errors/index.ts";
import type { Identity } from "../identity/index.ts";
import type { AuditPlan } from "../plan/index.ts";

/**
 * The part of the record that is known before the statement runs: who, why, from where, and what is touched. Who it
 * is says the application with `withActor`; else the token whose user's rights the call has.
 */
export function auditCall(plan: AuditPlan, { claims }: Identity): string {
  const actor = currentActor();
  return JSON.stringify({
    action: plan.action,
    relations: plan.relations,
    columns: plan.columns,
    actor_id: actor?.id ?? userOf(claims),
    actor_role: actor?.role,
    on_behalf_of: actor?.onBehalfOf,
    purpose_of_use: actor?.purposeOfUse,
    ip: actor?.ip,
    user_agent: actor?.userAgent,
    request_id: actor?.requestId,
    application: actor?.application,
  });
}

/** As text that PostgreSQL's JSON takes: a strange id must not make the record fail. */
function userOf(claims: Identity["claims"]): string | undefined {
  const user = claims?.["sub"];
  return typeof user === "string" && user !== "" ? user.replace(/\0|\p{Surrogate}/gu, "\u{FFFD}") : undefined;
}

/** A call whose record went with its transaction although its rows reached the caller. */
export interface UnwrittenAccess {
  readonly call: string;
  readonly rowCount: number;
  /** Keys by relation as JSON. */
  readonly keys?: string;
  /** Subjects as a JSON array. */
  readonly subjects?: string;
}

/** Writes such a record after all: what was seen stays seen, so it is a READ. */
export async function recordUnwritten(database: Database, access: UnwrittenAccess): Promise<void> {
  const call = JSON.stringify({ ...(JSON.parse(access.call) as object), action: "READ" });
  await database.query({
    text: "select audit.append_access($1::text::jsonb, $2::text::jsonb, array(select json_array_elements_text($3::text::json)), $4::text::bigint)",
    values: [call, access.keys ?? null, access.subjects ?? "[]", String(access.rowCount)],
  });
}

const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Records a call that PostgreSQL refused or that failed, outside its failed transaction, and returns the error
 * to answer with: the call's own, or that its failure could not be recorded.
 *
 * A call that never reached the database touched nothing, and cannot be recorded there.
 */
export async function recordFailure(
  database: Database,
  call: string,
  error: ExecuteError,
): Promise<ExecuteError> {
  if (error.kind === "connection" || (error.kind === "aborted" && error.sent === false)) return error;
  const sqlstate = error.kind === "postgres" ? error.fields.code : null;
  try {
    await database.query({
      text: "select audit.append_access($1::text::jsonb, null, null, 0, $2::text, $3::text)",
      values: [call, sqlstate === INSUFFICIENT_PRIVILEGE ? "denied" : "failed", sqlstate],
    });
    return error;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      kind: "internal",
      message: `The call failed${sqlstate === null ? "" : ` (SQLSTATE ${sqlstate})`}, and its failure could not be recorded in the audit trail: ${why}`,
    };
  }
}
