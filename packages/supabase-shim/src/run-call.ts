import type { Call, ClientResult } from "./client/index.ts";
import { type CallError, err, ok, type PlanError, renderError, type Result } from "./errors/index.ts";
import {
  fromThrown,
  type HttpContext,
  insideTransactionOn,
  retryRead,
  type TransactionScope,
} from "./execute/index.ts";
import type { CallRights, ClientAccess, Identity } from "./identity/index.ts";
import { type CallContext, type Pipeline, runRequest } from "./pipeline.ts";
import type { ApiRequest } from "./request/index.ts";
import { requestLine } from "./request/request-line.ts";
import {
  type ApiResponse,
  type BigintForm,
  shapeFailure,
  toClientFailure,
  toClientResult,
} from "./response/index.ts";

/** What the calls of one client run with. */
export interface CallEngine {
  readonly pipeline: Pipeline;
  readonly access: ClientAccess;
  /** How bigint columns are shown. */
  readonly bigint: BigintForm;
}

const OUTSIDE_TRANSACTION: PlanError = {
  kind: "outsideTransaction",
  what: "A call inside transaction() was made with the outer client, so it would not be part of the transaction.",
  hint: "Use the client that the function was given: transaction(async (tx) => { await tx.from(…) }).",
};

/** Runs one call of the first door: whose rights it has is decided first, and nothing runs before. */
export async function runCall(
  engine: CallEngine,
  call: Call,
  transaction?: TransactionScope,
): Promise<ClientResult<unknown>> {
  if (!call.request.ok) return failure({ stage: "request", error: call.request.error });
  if (transaction === undefined && insideTransactionOn(engine.pipeline.database)) {
    return failure({ stage: "plan", error: OUTSIDE_TRANSACTION });
  }
  const asked: Asked = { engine, call, request: call.request.value, signal: joinedSignal(call), transaction };
  const first = await attempt(asked);
  const response = isPassing(first) && mayTryAgain(asked) ? await tryAgain(asked, first) : first;
  return toClientResult(asked.request, response, engine.bigint);
}

/** One call, on its way. */
export interface Asked {
  readonly engine: CallEngine;
  readonly call: Call;
  readonly request: ApiRequest;
  readonly signal: AbortSignal | undefined;
  readonly transaction: TransactionScope | undefined;
}

/** Nothing is waited for where it is known already whose rights the call has. */
function attempt(asked: Asked): Promise<ApiResponse> {
  const known = knownIdentity(asked);
  return known === undefined
    ? attemptUnknown(asked)
    : runRequest(asked.engine.pipeline, asked.request, contextAs(known, asked));
}

async function attemptUnknown(asked: Asked): Promise<ApiResponse> {
  const context = await contextOf(asked);
  if (!context.ok) return shapeFailure(context.error);
  return runRequest(asked.engine.pipeline, asked.request, context.value);
}

/** Whose rights a call has, and what it tells the database. */
export async function contextOf(asked: Asked): Promise<Result<CallContext, CallError>> {
  const known = knownIdentity(asked);
  if (known !== undefined) return ok(contextAs(known, asked));
  const identity = await identityOf(asked.engine, asked.call, asked.transaction);
  return identity.ok ? ok(contextAs(identity.value, asked)) : identity;
}

function knownIdentity({ engine: { access, pipeline }, call }: Asked): Identity | undefined {
  const known = access.knownIdentity(rightsOf(call), pipeline.schemaCache.held?.settableRoles);
  return known?.ok === true ? known.value : undefined;
}

function contextAs(identity: Identity, { call, request, signal, transaction }: Asked): CallContext {
  return {
    identity,
    // Policies are asked only where there is a role or claims; without, the statement can run alone.
    http: identity.role === undefined ? undefined : httpContext(call, requestLine(request.action)),
    signal,
    statementTimeoutMs: call.statementTimeoutMs,
    repeat: call.retry,
    transaction,
  };
}

/** Only what reads, and not inside a transaction, which ends with its connection. supabase-js, "Automatic retries". */
function mayTryAgain({ call, request: { action }, transaction }: Asked): boolean {
  const reads = action.kind === "read" || (action.kind === "call" && action.method !== "post");
  return reads && call.retry !== false && transaction === undefined;
}

function isPassing(response: ApiResponse): boolean {
  return !response.ok && response.error.passing === true;
}

function tryAgain(asked: Asked, first: ApiResponse): Promise<ApiResponse> {
  return retryRead({ first, attempt: () => attempt(asked), isPassing, signal: asked.signal });
}

function failure(error: CallError): ClientResult<unknown> {
  return toClientFailure(renderError(error));
}

async function identityOf(
  { pipeline: { schemaCache }, access }: CallEngine,
  call: Call,
  transaction: TransactionScope | undefined,
): Promise<Result<Identity, CallError>> {
  const settable = async (again: boolean): Promise<Readonly<Record<string, boolean>>> => {
    const cache = await schemaCache.current();
    // A transaction holds a connection, and its pool may have no second one.
    const fresh = again && transaction === undefined ? await schemaCache.refresh(cache) : undefined;
    return (fresh ?? cache).settableRoles;
  };
  try {
    const decided = await access.identityOf(rightsOf(call), settable);
    return decided.ok ? ok(decided.value) : err({ stage: "identity", error: decided.error });
  } catch (thrown) {
    // The schema cache could not be loaded.
    return err({ stage: "execute", error: fromThrown(thrown, { signal: undefined, anonymous: false }) });
  }
}

function rightsOf({ headers, claims }: Call): CallRights {
  return { authorization: headers["authorization"], claims };
}

const NO_COOKIES: HttpContext["cookies"] = Object.freeze({});

function httpContext({ headers }: Call, line: Pick<HttpContext, "method" | "path">): HttpContext {
  return { ...line, headers, cookies: NO_COOKIES };
}

/** The caller's signal, and the client's timeout. */
export function joinedSignal({ signal, timeoutMs }: Call): AbortSignal | undefined {
  if (timeoutMs === undefined) return signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
