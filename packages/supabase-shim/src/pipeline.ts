import type { Database } from "@offramp/db";
import {
  type CallError,
  err,
  type ExecuteError,
  mayBeStalePlan,
  mayBeStaleStatement,
  ok,
  type PlanError,
  type Result,
} from "./errors/index.ts";
import {
  auditCall,
  executePlan,
  fromThrown,
  type HttpContext,
  recordFailure,
  type ResultSet,
  SchemaCacheSource,
  type SchemaSourceOptions,
  type SessionDefaults,
  sessionOf,
  type TransactionScope,
} from "./execute/index.ts";
import type { Identity } from "./identity/index.ts";
import {
  encodeParams,
  exceedsPayload,
  type Param,
  type Plan,
  type PlanLimits,
  planRequest,
} from "./plan/index.ts";
import { type ApiRequest, collectOperands, shapeKey } from "./request/index.ts";
import { type ApiResponse, shapeFailure, shapeResponse } from "./response/index.ts";
import type { SchemaCache } from "./schema-cache/index.ts";
import {
  compilePlan,
  type CompiledPlan,
  type CompiledStatement,
  type CompileOptions,
  ShapeCache,
} from "./sql/index.ts";

/** What every call on one database with one configuration shares. */
export interface Pipeline {
  readonly database: Database;
  readonly schemaCache: SchemaCacheSource;
  readonly shapes: ShapeCache;
  readonly limits: PlanLimits;
  readonly session: SessionDefaults;
}

/** Options of {@link createPipeline}. */
export interface PipelineOptions extends PlanLimits, SchemaSourceOptions {
  readonly session?: SessionDefaults;
}

export function createPipeline(database: Database, options: PipelineOptions): Pipeline {
  return {
    database,
    session: options.session ?? {},
    schemaCache: new SchemaCacheSource(database, options),
    shapes: new ShapeCache(),
    limits: options,
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
  const call = { pipeline, request, context };
  const tooLarge = exceedsPayload(request, pipeline.limits);
  if (tooLarge !== undefined) return shapeFailure({ stage: "plan", error: tooLarge });
  let prepared = await prepare(call);
  if (!prepared.ok) return shapeFailure(prepared.error);
  let executed = await execute(call, prepared.value);
  let refused: CallError | undefined;
  if (!executed.result.ok) {
    const again = await prepareAgain(call, prepared.value, executed.result.error);
    if (again?.ok === true) {
      prepared = again;
      executed = await execute(call, again.value);
    } else refused = again?.error;
  }
  const { result, record } = executed;
  if (!result.ok) {
    // A transaction's failures are recorded when it is over.
    const error =
      record === undefined ||
      context.transaction !== undefined ||
      isRecorded(prepared.value.compiled.plan, result.error)
        ? result.error
        : await recordFailure(pipeline.database, record, result.error);
    return shapeFailure(
      error === result.error && refused !== undefined ? refused : { stage: "execute", error },
    );
  }
  const { plan } = prepared.value.compiled;
  return shapeResponse({
    request,
    result: result.value,
    media: plan.media,
    ...(plan.integers === undefined ? {} : { integers: plan.integers }),
    bytes: "bytes" in plan.form && plan.form.bytes,
    hasKey: plan.kind === "mutation" && plan.primaryKey.length > 0,
    merges:
      plan.kind === "mutation" &&
      plan.mutation.kind === "insert" &&
      plan.mutation.conflict?.resolution === "merge",
    isVoid: plan.kind === "call" && plan.returns === "nothing",
  });
}

/** A read's rule is judged after it ran, so its record is there and says what left the database. */
function isRecorded({ kind }: Plan, error: ExecuteError): boolean {
  return kind === "read" && error.kind === "singularity";
}

/** What a request would do, without doing it. */
export async function planOnly(
  pipeline: Pipeline,
  request: ApiRequest,
  identity: Identity,
): Promise<Result<{ readonly plan: Plan; readonly cache: SchemaCache }, CallError>> {
  const prepared = await prepare({ pipeline, request, context: { identity } });
  return prepared.ok ? ok({ plan: prepared.value.compiled.plan, cache: prepared.value.cache }) : prepared;
}

/** One call, as every stage of it needs it. */
interface PipelineCall {
  readonly pipeline: Pipeline;
  readonly request: ApiRequest;
  readonly context: CallContext;
}

interface Executed {
  readonly result: Result<ResultSet, ExecuteError>;
  /** The call's part of the audit record, for a call that touches PHI. */
  readonly record?: string;
}

async function execute(
  { pipeline: { database, session: defaults }, request, context }: PipelineCall,
  { compiled, hot, cache }: Prepared,
): Promise<Executed> {
  const { plan } = compiled;
  const { identity, http, signal, statementTimeoutMs, transaction } = context;
  const record = plan.audit === undefined ? undefined : auditCall(plan.audit, identity);
  const values = {
    operands: collectOperands(request).values,
    ...(record === undefined ? {} : { auditCall: record }),
  };
  const { timezone } = request.preferences;
  const execution = {
    fill: (params: readonly Param[]) => encodeParams(params, values),
    session: sessionOf({
      identity,
      schema: plan.schema,
      searchPath: cache.searchPath,
      roleSettings: cache.roleSettings,
      defaults,
      ...(http === undefined ? {} : { http }),
      ...(timezone === undefined ? {} : { timezone }),
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    }),
    hot,
    ...(record === undefined ? {} : { auditCall: record }),
    ...(signal === undefined ? {} : { signal }),
  };
  const result = await (transaction === undefined
    ? executePlan(database, compiled, execution)
    : transaction.execute(compiled, execution));
  return { result, ...(record === undefined ? {} : { record }) };
}

/**
 * The call once more, from a newer schema cache, when PostgreSQL refused a name or a type that the old one had; undefined
 * when there is no other statement to try. A refused statement was rolled back with all that it did, so
 * nothing is written twice; inside the caller's own transaction nothing can follow it, so there it stands.
 */
async function prepareAgain(
  call: PipelineCall,
  { compiled, cache }: Prepared,
  error: ExecuteError,
): Promise<Result<Prepared, CallError> | undefined> {
  if (call.context.transaction !== undefined || !mayBeStaleStatement(error)) return undefined;
  const fresh = await call.pipeline.schemaCache.refresh(cache);
  if (fresh === undefined) return undefined;
  const again = await prepare(call);
  // The same statement would fail in the same way.
  return again.ok && sameStatement(again.value.compiled.main, compiled.main) ? undefined : again;
}

function sameStatement(a: CompiledStatement, b: CompiledStatement): boolean {
  return a.text === b.text && JSON.stringify(a.params) === JSON.stringify(b.params);
}

/** The compiled plan of a request: from the cache by its shape, else planned and compiled now. */
async function prepare({ pipeline, request, context }: PipelineCall): Promise<Result<Prepared, CallError>> {
  const { signal, identity, transaction } = context;
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
  if (!planned.ok && mayRefresh && mayBeStalePlan(planned.error)) {
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
