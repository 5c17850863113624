import type { Database } from "@offramp/db";
import { err, ok, type PlanError, type Result } from "./errors/index.ts";
import { auditCall, executePlan, fromThrown, OWN_RIGHTS, recordFailure, SchemaCacheSource, searchPathSetting } from "./execute/index.ts";
import { encodeParams, type PlanLimits, planRequest } from "./plan/index.ts";
import { type ApiRequest, collectOperands, shapeKey } from "./request/index.ts";
import { type ApiResponse, shapeFailure, shapeResponse } from "./response/index.ts";
import type { SchemaCache } from "./schema-cache/index.ts";
import { compilePlan, type CompiledPlan, ShapeCache } from "./sql/index.ts";

/** What every call on one database with one configuration shares. */
export interface Pipeline {
  readonly database: Database;
  readonly schemaCache: SchemaCacheSource;
  readonly shapes: ShapeCache;
  readonly limits: PlanLimits;
}

export function createPipeline(
  database: Database,
  options: PlanLimits & { readonly exposedSchemas: readonly string[] },
): Pipeline {
  const { exposedSchemas, ...limits } = options;
  return {
    database,
    schemaCache: new SchemaCacheSource(database, exposedSchemas),
    shapes: new ShapeCache(),
    limits,
  };
}

interface Prepared {
  readonly compiled: CompiledPlan;
  readonly hot: boolean;
  readonly cache: SchemaCache;
}

/** request → plan → SQL → execution → response: the only place that names every stage. */
export async function runRequest(
  pipeline: Pipeline,
  request: ApiRequest,
  signal?: AbortSignal,
): Promise<ApiResponse> {
  const { database } = pipeline;
  let prepared: Result<Prepared, PlanError>;
  try {
    prepared = await prepare(pipeline, request);
  } catch (thrown) {
    return shapeFailure({ stage: "execute", error: fromThrown(thrown, { signal, anonymous: false }) });
  }
  if (!prepared.ok) return shapeFailure({ stage: "plan", error: prepared.error });
  const { compiled, hot, cache } = prepared.value;
  const { plan } = compiled;
  const record = plan.audit === undefined ? undefined : auditCall(plan.audit);
  const values = {
    operands: collectOperands(request).values,
    ...(record === undefined ? {} : { auditCall: record }),
  };
  const executed = await executePlan(database, compiled, {
    fill: (params) => encodeParams(params, values),
    session: { ...OWN_RIGHTS, settings: searchPathSetting(plan.schema, cache.searchPath) },
    hot,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!executed.ok) {
    if (record !== undefined) {
      try {
        await recordFailure(database, record, executed.error);
      } catch (thrown) {
        const { name } = thrown instanceof Error ? thrown : { name: "Error" };
        const message = `The call failed, and its failure could not be recorded in the audit trail (${name}).`;
        return shapeFailure({ stage: "execute", error: { kind: "internal", message } });
      }
    }
    return shapeFailure({ stage: "execute", error: executed.error });
  }
  return shapeResponse({
    request,
    result: executed.value,
    merges: plan.kind === "mutation" && plan.mutation.kind === "insert" && plan.mutation.conflict?.resolution === "merge",
    isVoid: plan.kind === "call" && plan.returns === "nothing",
  });
}

/** The compiled plan of a request: from the cache by its shape, else planned and compiled now. */
async function prepare(pipeline: Pipeline, request: ApiRequest): Promise<Result<Prepared, PlanError>> {
  const { schemaCache, shapes, limits } = pipeline;
  const cache = await schemaCache.current();
  const key = shapeKey(request);
  const known = shapes.get(key, cache);
  if (known !== undefined) return ok({ ...known, cache });

  let planned = planRequest(request, cache, limits);
  let planCache = cache;
  if (!planned.ok && isAboutNames(planned.error)) {
    const fresh = await schemaCache.refresh(cache);
    if (fresh !== undefined) {
      planCache = fresh;
      planned = planRequest(request, fresh, limits);
    }
  }
  if (!planned.ok) return err(planned.error);
  const compiled = compilePlan(planned.value);
  shapes.set(key, planCache, compiled);
  return ok({ compiled, hot: false, cache: planCache });
}

/** Errors that a newer schema cache may not have: a migration ran since it was loaded. */
function isAboutNames({ kind }: PlanError): boolean {
  return kind === "unknownTable" || kind === "unknownColumn" || kind === "noRelationship" || kind === "unknownRoutine";
}
