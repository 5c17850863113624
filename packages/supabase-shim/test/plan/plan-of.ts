import type { PostgrestClient } from "../../src/client/index.ts";
import { type PlanError, renderError, type RenderedError } from "../../src/errors/index.ts";
import { type Plan, type PlanLimits, planRequest } from "../../src/plan/index.ts";
import type { SchemaCache } from "../../src/schema-cache/index.ts";
import { requestOf } from "../client/recording-run.ts";

type Chain = (client: PostgrestClient) => PromiseLike<unknown>;

const LIMITS: PlanLimits = { aggregatesEnabled: true, audit: true };

/** The plan of a chain. */
export async function planOf(
  cache: SchemaCache,
  chain: Chain,
  limits: Partial<PlanLimits> = {},
): Promise<Plan> {
  const planned = planRequest(await requestOf(chain), cache, { ...LIMITS, ...limits });
  if (!planned.ok) throw new Error(`No plan: ${JSON.stringify(planned.error)}`);
  return planned.value;
}

/** Why a chain has no plan. */
async function planErrorOf(
  cache: SchemaCache,
  chain: Chain,
  limits: Partial<PlanLimits> = {},
): Promise<PlanError> {
  const planned = planRequest(await requestOf(chain), cache, { ...LIMITS, ...limits });
  if (planned.ok) throw new Error("The chain has a plan.");
  return planned.error;
}

/** The same, as the client sees it. */
export async function refusalOf(
  cache: SchemaCache,
  chain: Chain,
  limits: Partial<PlanLimits> = {},
): Promise<RenderedError> {
  return renderError({ stage: "plan", error: await planErrorOf(cache, chain, limits) });
}
