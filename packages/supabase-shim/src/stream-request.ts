import type { Statement } from "@offramp/db";
import { type CallError, err, type ExecuteError, ok, type PlanError, type Result } from "./errors/index.ts";
import {
  auditEntry,
  callingActor,
  fromThrown,
  recordFailure,
  recordShown,
  type ResultSet,
  RowStream,
  sessionOf,
  unrecordedFailure,
} from "./execute/index.ts";
import type { CallContext, Pipeline } from "./pipeline.ts";
import { planOnly } from "./pipeline.ts";
import { encodeParams, type ReadPlan } from "./plan/index.ts";
import { type ApiRequest, operandValues, type OperandValue } from "./request/index.ts";
import { type ApiResponse, shapeFailure, shapeResponse } from "./response/index.ts";
import type { SchemaCache } from "./schema-cache/index.ts";
import { type CompiledStatement, compileStream, type CompiledStream } from "./sql/index.ts";

const LISTS_ONLY: PlanError = {
  kind: "unsupported",
  what: "Only a list of rows can be streamed.",
  hint: "Use stream() after from(…).select(…), without head, single(), maybeSingle(), csv(), geojson(), explain() or rollback().",
};

/** A stream, as each of its batches needs it. */
interface Streaming {
  readonly pipeline: Pipeline;
  readonly request: ApiRequest;
  readonly context: CallContext;
  readonly plan: ReadPlan;
  readonly cache: SchemaCache;
  readonly compiled: CompiledStream;
  readonly batch: number;
}

/**
 * request → plan → SQL → a cursor → a response for each batch of rows. A failure is the last response. The rows of a batch
 * that has PHI in it are answered when their record is committed: one record for each batch, and one for a list without rows.
 */
export async function* streamRequest(
  pipeline: Pipeline,
  request: ApiRequest,
  { batch, ...context }: CallContext & { readonly batch: number },
): AsyncGenerator<ApiResponse, void, undefined> {
  const planned = await planStream(pipeline, request, context);
  if (!planned.ok) return yield shapeFailure(planned.error);
  const { plan, cache } = planned.value;
  const streaming = { pipeline, request, context, plan, cache, compiled: compileStream(plan), batch };
  let stream: RowStream | undefined;
  try {
    for (let first = true; ; first = false) {
      const answered = await answerBatch(streaming, {
        first,
        fetch: async (operands) => {
          stream ??= await open(streaming, operands);
          return nextBatch(streaming, { stream, first });
        },
      });
      if (!answered.ok)
        return yield shapeFailure({ stage: "execute", error: await failure(streaming, answered.error) });
      const result = answered.value;
      if (result.pageTotal > 0) yield responseOf(streaming, result);
      if (result.pageTotal < batch) return;
    }
  } finally {
    await stream?.close();
  }
}

async function planStream(
  pipeline: Pipeline,
  request: ApiRequest,
  { identity, signal }: CallContext,
): Promise<Result<{ readonly plan: ReadPlan; readonly cache: SchemaCache }, CallError>> {
  try {
    const planned = await planOnly(pipeline, request, identity);
    if (!planned.ok) return planned;
    const { plan, cache } = planned.value;
    const isList =
      plan.kind === "read" && plan.form.kind === "rows" && plan.explain === undefined && !plan.rules.rollback;
    return isList ? ok({ plan, cache }) : err({ stage: "plan", error: LISTS_ONLY });
  } catch (thrown) {
    // The schema cache could not be loaded.
    return err({ stage: "execute", error: fromThrown(thrown, { signal, anonymous: identity.anonymous }) });
  }
}

interface Batch {
  readonly first: boolean;
  readonly fetch: (operands: readonly OperandValue[]) => Promise<ResultSet>;
}

/** One batch, decrypted. What is searched is encrypted each time, for the first to declare the cursor with. */
async function answerBatch(
  { pipeline, request, context, plan }: Streaming,
  { fetch }: Batch,
): Promise<Result<ResultSet, ExecuteError>> {
  const { identity, signal } = context;
  const thrownError = (thrown: unknown): ExecuteError =>
    fromThrown(thrown, { signal, anonymous: identity.anonymous });
  const send = async (operands: readonly OperandValue[]): Promise<Result<ResultSet, ExecuteError>> => {
    try {
      return ok(await fetch(operands));
    } catch (thrown) {
      return err(thrown instanceof NoActor ? thrown.error : thrownError(thrown));
    }
  };
  const operands = operandValues(request);
  if (plan.encryption === undefined) return send(operands);
  // Loaded by the first call that needs it, as in a call without a stream.
  const { executeEncrypted } = await import("./encryption/index.ts");
  const { result } = await executeEncrypted({
    plan,
    keys: pipeline.keys,
    operands,
    send,
    sendKeys: undefined,
    fromThrown: thrownError,
  });
  return result;
}

class NoActor extends Error {
  readonly error: ExecuteError;

  constructor(relations: readonly string[]) {
    super("No actor is known.");
    this.error = { kind: "actorRequired", relations };
  }
}

function open(streaming: Streaming, operands: readonly OperandValue[]): Promise<RowStream> {
  const { pipeline, request, context, plan, cache, compiled } = streaming;
  const { identity, http, signal, statementTimeoutMs } = context;
  if (
    plan.audit !== undefined &&
    pipeline.audited.requireActor === true &&
    callingActor(identity) === undefined
  ) {
    throw new NoActor(plan.audit.relations);
  }
  const session = sessionOf({
    identity,
    schema: plan.schema,
    searchPath: cache.searchPath,
    roleSettings: cache.roleSettings,
    defaults: pipeline.session,
    http,
    timezone: request.preferences.timezone,
    statementTimeoutMs,
  });
  const { text, params } = compiled.cursor;
  return RowStream.open(pipeline.database, {
    session,
    signal,
    cursor: { text, values: encodeParams(params, { operands }) },
  });
}

/** Fetches the next rows, and records them before anyone sees them. */
async function nextBatch(
  { pipeline, context, plan, compiled: { recorded }, batch }: Streaming,
  { stream, first }: { readonly stream: RowStream; readonly first: boolean },
): Promise<ResultSet> {
  const rows = await stream.fetch(batch);
  if (plan.audit !== undefined && recorded !== undefined && (first || rows.length > 0)) {
    const traces = `[${rows.map(({ traced }) => traced ?? "{}").join()}]`;
    const [row] = await stream.query(recordedStatement(recorded, traces));
    // Its number is taken when there is something to record: an end without rows leaves none open.
    const entry = auditEntry(plan.audit, context, pipeline.writer);
    const said = row?.["audit_recorded"] ?? undefined;
    try {
      await recordShown(pipeline.database, entry, { recorded: said, asRead: false });
    } catch (thrown) {
      if (pipeline.audited.allowUnrecorded !== true) throw thrown;
      entry.writer.noteUnrecorded(entry.fields);
      const { action, relations, columns } = entry.plan;
      pipeline.schemaCache.observe({
        kind: "auditRecordFailed",
        action,
        relations,
        columns,
        actorId: entry.fields.actor_id ?? null,
        error: thrown instanceof Error ? thrown : new Error(String(thrown)),
      });
    }
  }
  return { pageTotal: rows.length, body: `[${rows.map(({ body }) => body ?? "null").join(", \n ")}]` };
}

function recordedStatement({ text, params }: CompiledStatement, traces: string): Statement {
  return { text, values: encodeParams(params, { operands: [], audit: { recorded: traces } }) };
}

/** The failure of a stream is in the trail before it is answered, like that of every call. */
async function failure({ pipeline, context, plan }: Streaming, error: ExecuteError): Promise<ExecuteError> {
  if (plan.audit === undefined) return error;
  const record = await recordFailure(
    pipeline.database,
    auditEntry(plan.audit, context, pipeline.writer),
    error,
  );
  return record.written || record.reason === "unreached" ? error : unrecordedFailure(error, record.thrown);
}

function responseOf({ request, plan }: Streaming, result: ResultSet): ApiResponse {
  return shapeResponse({
    request,
    result,
    media: plan.media,
    integers: plan.integers,
    bytes: false,
    hasKey: false,
    merges: false,
    isVoid: false,
  });
}
