import type { Database } from "@offramp/db";
import { type CallError, err, ok, type PlanError, type Result } from "./errors/index.ts";
import {
  auditCall,
  executePlan,
  fromThrown,
  type HttpContext,
  recordFailure,
  SchemaCacheSource,
  sessionOf,
  type TransactionScope,
} from "./execute/index.ts";
import type { Identity } from "./identity/index.ts";
import { encodeParams, exceedsPayload, type Param, type PlanLimits, planRequest } from "./plan/index.ts";
import { type ApiRequest, collectOperands, shapeKey } from "./request/index.ts";
import { type ApiResponse, shapeFailure, shapeResponse } from "./response/index.ts";
import type { SchemaCache } from "./schema-cache/index.ts";
import { compilePlan, type CompiledPlan, type CompileOptions, ShapeCache } from "./sql/index.ts";

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

/** How a call came in: whose rights it has, and what it tells the database. */
export interface CallContext {
  readonly identity: Identity;
  readonly http?: HttpContext;
  readonly signal?: AbortSignal;
  readonly statementTimeoutMs?: number;
  /** The transaction that the call is part of; without one it is its own. */
  readonly transaction?: TransactionScope;
}

/** request → plan → SQL → execution → response: the only place that names every stage. */
export async function runRequest(
  pipeline: Pipeline,
  request: ApiRequest,
  context: CallContext,
): Promise<ApiResponse> {
  const { database } = pipeline;
  const tooLarge = exceedsPayload(request, pipeline.limits);
  if (tooLarge !== undefined) return shapeFailure({ stage: "plan", error: tooLarge });
  const prepared = await prepare(pipeline, request, context);
  if (!prepared.ok) return shapeFailure(prepared.error);
  const { compiled, hot, cache } = prepared.value;
  const { plan } = compiled;
  const record = plan.audit === undefined ? undefined : auditCall(plan.audit);
  const values = {
    operands: collectOperands(request).values,
    ...(record === undefined ? {} : { auditCall: record }),
  };
  const { identity, http, signal, statementTimeoutMs, transaction } = context;
  const { timezone } = request.preferences;
  const execution = {
    fill: (params: readonly Param[]) => encodeParams(params, values),
    session: sessionOf({
      identity,
      schema: plan.schema,
      searchPath: cache.searchPath,
      ...(http === undefined ? {} : { http }),
      ...(timezone === undefined ? {} : { timezone }),
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    }),
    hot,
    ...(record === undefined ? {} : { auditCall: record }),
    ...(signal === undefined ? {} : { signal }),
  };
  const executed = await (transaction === undefined
    ? executePlan(database, compiled, execution)
    : transaction.execute(compiled, execution));
  if (!executed.ok) {
    // A transaction's failures are recorded when it is over.
    const error =
      record === undefined || transaction !== undefined
        ? executed.error
        : await recordFailure(database, record, executed.error);
    return shapeFailure({ stage: "execute", error });
  }
  return shapeResponse({
    request,
    result: executed.value,
    merges:
      plan.kind === "mutation" &&
      plan.mutation.kind === "insert" &&
      plan.mutation.conflict?.resolution === "merge",
    isVoid: plan.kind === "call" && plan.returns === "nothing",
  });
}

/** The compiled plan of a request: from the cache by its shape, else planned and compiled now. */
async function prepare(
  pipeline: Pipeline,
  request: ApiRequest,
  { signal, identity, transaction }: CallContext,
): Promise<Result<Prepared, CallError>> {
  try {
    const planned = await planOrRecall(pipeline, request, { echoTrace: transaction !== undefined });
    return planned.ok ? planned : err({ stage: "plan", error: planned.error });
  } catch (thrown) {
    // The schema cache could not be loaded.
    return err({ stage: "execute", error: fromThrown(thrown, { signal, anonymous: identity.anonymous }) });
  }
}

async function planOrRecall(
  pipeline: Pipeline,
  request: ApiRequest,
  options: CompileOptions,
): Promise<Result<Prepared, PlanError>> {
  const { schemaCache, shapes, limits } = pipeline;
  const cache = await schemaCache.current();
  const key = options.echoTrace ? `echo ${shapeKey(request)}` : shapeKey(request);
  const known = shapes.get(key, cache);
  if (known !== undefined) return ok({ ...known, cache });

  let planned = planRequest(request, cache, limits);
  let planCache = cache;
  // In a transaction the catalog is of its moment, and its pool may have no second connection.
  const mayRefresh = !options.echoTrace;
  if (!planned.ok && mayRefresh && isAboutNames(planned.error)) {
    const fresh = await schemaCache.refresh(cache);
    if (fresh !== undefined) {
      planCache = fresh;
      planned = planRequest(request, fresh, limits);
    }
  }
  if (!planned.ok) return err(planned.error);
  const compiled = compilePlan(planned.value, options);
  shapes.set(key, planCache, compiled);
  return ok({ compiled, hot: false, cache: planCache });
}

/** Errors that a newer schema cache may not have: a migration ran since it was loaded. */
function isAboutNames({ kind }: PlanError): boolean {
  return (
    kind === "unknownTable" ||
    kind === "unknownColumn" ||
    kind === "noRelationship" ||
    kind === "unknownRoutine"
  );
}
