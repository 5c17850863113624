import type { Database } from "@offramp/db";
import type { KeyRing } from "@offramp/db/encryption";
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
  type AuditEntry,
  auditEntry,
  AuditWriter,
  callingActor,
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
  unrecordedFailure,
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
import {
  type ApiRequest,
  operandValues,
  type OperandValue,
  shapeKey,
  type ShapeKey,
} from "./request/index.ts";
import { type ApiResponse, shapeFailure, shapeResponse } from "./response/index.ts";
import type { SchemaCache } from "./schema-cache/index.ts";
import {
  compilePlan,
  compileRowKeys,
  type CompiledPlan,
  type CompiledStatement,
  type CompileOptions,
  merges,
  ShapeCache,
} from "./sql/index.ts";

/** What every call on one database with one configuration shares. */
export interface Pipeline {
  readonly database: Database;
  readonly schemaCache: SchemaCacheSource;
  readonly shapes: ShapeCache;
  readonly limits: PlanLimits;
  readonly session: SessionDefaults;
  readonly writer: AuditWriter;
  readonly audited: AuditRules;
  /** For encrypted columns; without it, a call that touches one is refused. */
  readonly keys: KeyRing | undefined;
}

/** What holds for calls that touch PHI. */
interface AuditRules {
  /** Refuse a call when no one is known to make it. */
  readonly requireActor?: boolean;
  /** Answer a call although its record cannot be written, and tell the observer. */
  readonly allowUnrecorded?: boolean;
}

/** Options of {@link createPipeline}. */
export interface PipelineOptions extends PlanLimits, SchemaSourceOptions, AuditRules {
  readonly session?: SessionDefaults;
  readonly keys?: KeyRing | undefined;
}

export function createPipeline(database: Database, options: PipelineOptions): Pipeline {
  return {
    database,
    session: options.session ?? {},
    schemaCache: new SchemaCacheSource(database, options),
    shapes: new ShapeCache(),
    limits: options,
    writer: new AuditWriter(),
    audited: options,
    keys: options.keys,
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
  readonly http?: HttpContext | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly statementTimeoutMs?: number | undefined;
  /** False: a read whose connection breaks is not sent again. */
  readonly repeat?: boolean | undefined;
  /** The transaction that the call is part of; without one it is its own. */
  readonly transaction?: TransactionScope | undefined;
}

/** request → plan → SQL → execution → response: the only place that names every stage. */
export async function runRequest(
  pipeline: Pipeline,
  request: ApiRequest,
  context: CallContext,
): Promise<ApiResponse> {
  const call: PipelineCall = { pipeline, request, context };
  const tooLarge = exceedsPayload(request, pipeline.limits);
  if (tooLarge !== undefined) return shapeFailure({ stage: "plan", error: tooLarge });
  const recalled = recall(call);
  const prepared = recalled === undefined ? await prepare(call) : ok(recalled);
  if (!prepared.ok) return shapeFailure(prepared.error);
  const entry = entryOf(call, prepared.value);
  const result = await execute(call, prepared.value, entry);
  return result.ok
    ? answerOf(request, prepared.value, result.value)
    : answerFailure(call, { prepared: prepared.value, entry, error: result.error });
}

/** A call that failed in the database. */
interface Failed {
  readonly prepared: Prepared;
  readonly entry: AuditEntry | undefined;
  readonly error: ExecuteError;
}

/** Tries a stale statement once more from a newer schema cache; what stays a failure is recorded before it is answered. */
async function answerFailure(call: PipelineCall, failed: Failed): Promise<ApiResponse> {
  let { prepared, entry, error } = failed;
  let refused: CallError | undefined;
  const again = await prepareAgain(call, prepared, error);
  if (again?.ok === true) {
    prepared = again.value;
    entry = entryOf(call, prepared, entry);
    const result = await execute(call, prepared, entry);
    if (result.ok) return answerOf(call.request, prepared, result.value);
    error = result.error;
  } else refused = again?.error;
  const outcome = await recordedFailure(call, prepared, { error, entry });
  if (outcome.ok) return answerOf(call.request, prepared, outcome.value);
  return shapeFailure(
    outcome.error === error && refused !== undefined ? refused : { stage: "execute", error: outcome.error },
  );
}

function answerOf(request: ApiRequest, { compiled: { plan } }: Prepared, result: ResultSet): ApiResponse {
  return shapeResponse({
    request,
    result,
    media: plan.media,
    integers: plan.integers,
    bytes: "bytes" in plan.form && plan.form.bytes,
    hasKey: plan.kind === "mutation" && plan.primaryKey.length > 0,
    merges: merges(plan),
    isVoid: plan.kind === "call" && plan.returns === "nothing",
  });
}

/**
 * What a failed call answers with once its failure is in the trail. If that fails too, the trail cannot be written: the
 * call is refused for it, unless the client lets calls through unrecorded and the same call without a record succeeds.
 */
async function recordedFailure(
  call: PipelineCall,
  prepared: Prepared,
  { error, entry }: { readonly error: ExecuteError; readonly entry: AuditEntry | undefined },
): Promise<Result<ResultSet, ExecuteError>> {
  const { pipeline, context } = call;
  // A transaction's failures are recorded when it is over.
  if (entry === undefined || context.transaction !== undefined) return err(error);
  if (isRecorded(prepared.compiled, error)) return err(error);
  const record = await recordFailure(pipeline.database, entry, error);
  if (record.written || record.reason === "unreached") return err(error);
  const refusal = unrecordedFailure(error, record.thrown);
  if (pipeline.audited.allowUnrecorded !== true || error.kind === "actorRequired") return err(refusal);
  const plain = await prepare(call, { unrecorded: true });
  if (!plain.ok) return err(refusal);
  const result = await execute(call, plain.value, undefined);
  if (!result.ok) return err(refusal);
  entry.writer.noteUnrecorded(entry.fields);
  const { action, relations, columns } = entry.plan;
  pipeline.schemaCache.observe({
    kind: "auditRecordFailed",
    action,
    relations,
    columns,
    actorId: entry.fields.actor_id ?? null,
    error: record.thrown instanceof Error ? record.thrown : new Error(String(record.thrown)),
  });
  return result;
}

/** A read's rule is judged after it ran, so its record is there and says what left the database. */
function isRecorded({ plan, recordedAside = false }: CompiledPlan, error: ExecuteError): boolean {
  return (plan.kind === "read" || recordedAside) && error.kind === "singularity";
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

/**
 * For a call that touches PHI, its part of the record. `earlier` is the entry of the same call's first try, which was
 * undone: it keeps its number.
 */
function entryOf(
  { pipeline: { writer }, context }: PipelineCall,
  { compiled: { plan } }: Prepared,
  earlier?: AuditEntry,
): AuditEntry | undefined {
  if (plan.audit === undefined) return undefined;
  return earlier === undefined ? auditEntry(plan.audit, context, writer) : { ...earlier, plan: plan.audit };
}

function execute(
  { pipeline, request, context }: PipelineCall,
  { compiled, hot, cache }: Prepared,
  entry: AuditEntry | undefined,
): Promise<Result<ResultSet, ExecuteError>> {
  const { database, session: defaults, audited } = pipeline;
  const { identity, http, signal, statementTimeoutMs, repeat, transaction } = context;
  if (entry !== undefined && audited.requireActor === true && callingActor(identity) === undefined) {
    const error: ExecuteError = { kind: "actorRequired", relations: entry.plan.relations };
    transaction?.noteRefused(entry, error);
    return Promise.resolve(err(error));
  }
  const session = sessionOf({
    identity,
    schema: compiled.plan.schema,
    searchPath: cache.searchPath,
    roleSettings: cache.roleSettings,
    routineSettings: compiled.plan.kind === "call" ? compiled.plan.settings : undefined,
    defaults,
    http,
    timezone: request.preferences.timezone,
    statementTimeoutMs,
  });
  const send: Send = (statement, operands, audit) => {
    const values = { operands, audit: audit?.fields };
    const fill = (params: readonly Param[]): (string | null)[] => encodeParams(params, values);
    const execution = { fill, session, hot, audit, signal, repeat };
    return transaction === undefined
      ? executePlan(database, statement, execution)
      : transaction.execute(statement, execution);
  };
  const operands = operandValues(request);
  return compiled.plan.encryption === undefined
    ? send(compiled, operands, entry)
    : executeSealed({ pipeline, request, context }, { compiled, operands, entry, send });
}

type Send = (
  statement: CompiledPlan,
  operands: readonly OperandValue[],
  audit: AuditEntry | undefined,
) => Promise<Result<ResultSet, ExecuteError>>;

interface Sealed {
  readonly compiled: CompiledPlan;
  readonly operands: readonly OperandValue[];
  readonly entry: AuditEntry | undefined;
  readonly send: Send;
}

/** A call with encrypted columns. */
async function executeSealed(
  { pipeline, context: { identity, signal, transaction } }: PipelineCall,
  { compiled, operands, entry, send }: Sealed,
): Promise<Result<ResultSet, ExecuteError>> {
  const { plan } = compiled;
  const keysOfRows = compileRowKeys(compiled);
  // Loaded by the first call that needs it: a process that has just started pays for what it uses.
  const { executeEncrypted } = await import("./encryption/index.ts");
  const { result, sent } = await executeEncrypted({
    plan,
    keys: pipeline.keys,
    operands,
    send: (sealed) => send(compiled, sealed, entry),
    sendKeys: keysOfRows && ((sealed) => send(keysOfRows, sealed, undefined)),
    fromThrown: (thrown) => fromThrown(thrown, { signal, anonymous: identity.anonymous }),
  });
  if (!result.ok && !sent && entry !== undefined) transaction?.noteRefused(entry, result.error);
  return result;
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
async function prepare(
  { pipeline, request, context }: PipelineCall,
  { unrecorded = false }: { readonly unrecorded?: boolean } = {},
): Promise<Result<Prepared, CallError>> {
  const { signal, identity, transaction } = context;
  try {
    const options = { inTransaction: transaction !== undefined, unrecorded };
    const planned = await planOrRecall(pipeline, request, options);
    return planned.ok ? planned : err({ stage: "plan", error: planned.error });
  } catch (thrown) {
    // The schema cache could not be loaded.
    return err({ stage: "execute", error: fromThrown(thrown, { signal, anonymous: identity.anonymous }) });
  }
}

/** A shape that was seen before, at once. It changes nothing but speed: `prepare` is the definition. */
function recall({ pipeline, request, context }: PipelineCall): Prepared | undefined {
  const cache = pipeline.schemaCache.held;
  if (cache === undefined) return undefined;
  const options = { inTransaction: context.transaction !== undefined, unrecorded: false };
  const known = pipeline.shapes.get(keyOf(request, options), cache);
  return known === undefined ? undefined : { compiled: known.compiled, hot: known.hot, cache };
}

type PrepareOptions = CompileOptions & { readonly unrecorded: boolean };

function keyOf(request: ApiRequest, { unrecorded, inTransaction }: PrepareOptions): ShapeKey {
  const key = shapeKey(request);
  if (unrecorded) key.push("unrecorded");
  else if (inTransaction) key.push("in transaction");
  return key;
}

async function planOrRecall(
  pipeline: Pipeline,
  request: ApiRequest,
  options: PrepareOptions,
): Promise<Result<Prepared, PlanError>> {
  const { schemaCache, shapes } = pipeline;
  const limits = options.unrecorded ? { ...pipeline.limits, audit: false } : pipeline.limits;
  const cache = await schemaCache.current();
  const key = keyOf(request, options);
  const known = shapes.get(key, cache);
  if (known !== undefined) return ok({ compiled: known.compiled, hot: known.hot, cache });

  let planned = planRequest(request, cache, limits);
  let planCache = cache;
  // In a transaction the catalog is of its moment, and its pool may have no second connection.
  const mayRefresh = !options.inTransaction;
  if (!planned.ok && mayRefresh && mayBeStalePlan(planned.error)) {
    const fresh = await schemaCache.refresh(cache);
    if (fresh !== undefined) {
      planCache = fresh;
      planned = planRequest(request, fresh, limits);
    }
  }
  if (!planned.ok) return err(planned.error);
  const compiled = compilePlan(planned.value, {
    ...options,
    recordAside: !options.inTransaction && pipeline.database.hasReplicas === true,
    preRequest: pipeline.session.preRequest !== undefined,
  });
  shapes.set(key, planCache, compiled);
  return ok({ compiled, hot: false, cache: planCache });
}
