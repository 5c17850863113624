import { err, type PlanError, type Result } from "../errors/index.ts";
import { type ApiRequest, collectOperands } from "../request/index.ts";
import type { SchemaCache } from "../schema-cache/index.ts";
import { exceededLimit } from "./exceeded-limit.ts";
import { planCall } from "./plan-call.ts";
import type { PlanContext, PlanLimits } from "./plan-context.ts";
import { planMutation } from "./plan-mutation.ts";
import { planRead } from "./plan-read.ts";
import type { Plan } from "./plan.ts";

/**
 * Resolves a request against the schema cache. Pure: the same request, cache and limits give the same plan,
 * and two requests of one shape give plans that differ in nothing.
 */
export function planRequest(
  request: ApiRequest,
  cache: SchemaCache,
  limits: PlanLimits,
): Result<Plan, PlanError> {
  const schema = request.schema ?? cache.exposedSchemas[0] ?? "public";
  if (!cache.exposedSchemas.includes(schema)) {
    return err({ kind: "unknownSchema", schema, exposed: cache.exposedSchemas });
  }
  const exceeded = exceededLimit(request, limits);
  if (exceeded !== undefined) return err(exceeded);
  const context: PlanContext = { request, operands: collectOperands(request), cache, limits, schema };
  const plan = planAction(context);
  const { handling, invalid = [] } = request.preferences;
  // Of two mistakes PostgREST tells the one in the names.
  return plan.ok && handling === "strict" && invalid.length > 0
    ? err({ kind: "invalidPreferences", invalid })
    : plan;
}

function planAction(context: PlanContext): Result<Plan, PlanError> {
  const { action } = context.request;
  switch (action.kind) {
    case "read":
      return planRead(context, action);
    case "call":
      return planCall(context, action);
    default:
      return planMutation(context, action);
  }
}
