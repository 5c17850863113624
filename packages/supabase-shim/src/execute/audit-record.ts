import { currentActor } from "@offramp/audit";
import type { Database } from "@offramp/db";
import type { ExecuteError } from "../errors/index.ts";
import type { AuditPlan } from "../plan/index.ts";

/** The part of the record that is known before the statement runs: who, why, from where, and what is touched. */
export function auditCall(plan: AuditPlan): string {
  const actor = currentActor();
  return JSON.stringify({
    action: plan.action,
    relations: plan.relations,
    columns: plan.columns,
    actor_id: actor?.id,
    actor_role: actor?.role,
    on_behalf_of: actor?.onBehalfOf,
    purpose: actor?.purpose,
    ip: actor?.ip,
    user_agent: actor?.userAgent,
    request_id: actor?.requestId,
    application: actor?.application,
  });
}

const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Records a call that PostgreSQL refused or that failed, outside its failed transaction.
 * A call that never reached the database touched nothing, and cannot be recorded there.
 */
export async function recordFailure(database: Database, call: string, error: ExecuteError): Promise<void> {
  if (error.kind === "connection") return;
  const sqlstate = error.kind === "postgres" ? error.fields.code : null;
  await database.query({
    text: "select audit.append_access($1::text::jsonb, null, null, 0, $2::text, $3::text)",
    values: [call, sqlstate === INSUFFICIENT_PRIVILEGE ? "denied" : "failed", sqlstate],
  });
}
