import type { Database } from "@offramp/db";
import {
  type Call,
  type ClientResult,
  type ClientSettings,
  type Run,
  SupabaseClient,
} from "./client/index.ts";
import { type PlanError, renderError } from "./errors/index.ts";
import { insideTransactionOn, type TransactionScope } from "./execute/index.ts";
import { OWN_RIGHTS } from "./identity/index.ts";
import { transactionOn } from "./open-transaction.ts";
import { createPipeline, type Pipeline, runRequest } from "./pipeline.ts";
import { toClientFailure, toClientResult } from "./response/index.ts";
import { refusedKey, refusedToken } from "./target/key-rights.ts";
import { type ClientTarget, openDatabase } from "./target/open-database.ts";

/** Options of {@link createClient}: supabase-js's that concern queries, and Offramp's own. */
export interface SupabaseClientOptions {
  readonly db?: {
    /** The schema of tables and functions without `.schema()`. Default `public`. */
    readonly schema?: string;
    /** Milliseconds after which a call is cancelled, in the database too. Default none. */
    readonly timeout?: number;
    readonly retry?: boolean;
    /** Milliseconds that PostgreSQL lets a statement run. Default: the server's own setting. */
    readonly statementTimeout?: number;
  };
  readonly global?: {
    readonly headers?: Readonly<Record<string, string>>;
    /** Not used: no HTTP request is made. */
    readonly fetch?: unknown;
  };
  /** The schemas that `.schema()` may name. Default: `db.schema` alone. */
  readonly schemas?: readonly string[];
  /** What a call may ask for at most; nothing is limited by default. */
  readonly limits?: {
    /** How deep embeds may nest. */
    readonly maxEmbedDepth?: number;
    /** Bytes of a payload's JSON. */
    readonly maxPayloadBytes?: number;
  };
  /** False refuses aggregates, as Supabase does unless switched on. Default true. */
  readonly aggregates?: boolean;
  /**
   * Record PHI access when the database has the audit schema. Default true; `false` is for work that
   * someone answers for otherwise, such as a migration.
   */
  readonly audit?: boolean;
  /** Refused: tokens are not served yet. */
  readonly accessToken?: () => Promise<string | null>;
  /** Taken so that the call compiles; auth is not part of Offramp. */
  readonly auth?: unknown;
  /** Taken so that the call compiles; realtime is not part of Offramp. */
  readonly realtime?: unknown;
  /** Taken so that the call compiles; storage is not part of Offramp. */
  readonly storage?: unknown;
}

/** Clients of one database and one configuration share schema cache and compiled shapes. */
const pipelines = new WeakMap<Database, Map<string, Pipeline>>();

/**
 * Makes a client with supabase-js's query surface on your own PostgreSQL. Nothing is opened until the first call;
 * clients with one target share one pool.
 *
 * The first argument is a `postgres://` URL, a handle from `connect()` of `@offramp/db`, or the application's old
 * `https://….supabase.co` URL; then the database comes from `DATABASE_URL` or `DATABASE_SECRET_ID`.
 *
 * @throws {Error} the target or the key is missing or wrong, or the key or a token asks for other rights than the connection's own.
 *
 * @example
 * ```ts
 * import { createClient } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const { data, error } = await supabase.from("profiles").select("id, email").eq("email", "ada@example.com");
 * console.log(data, error);
 * ```
 */
export function createClient(
  supabaseUrl: ClientTarget,
  supabaseKey?: string,
  options: SupabaseClientOptions = {},
): SupabaseClient {
  if (!supabaseUrl) throw new Error("supabaseUrl is required.");
  if (typeof supabaseUrl === "string" && /^https?:/i.test(supabaseUrl) && !supabaseKey) {
    throw new Error("supabaseKey is required.");
  }
  refuseOtherRights(supabaseKey, options);
  const pipeline = pipelineOf(openDatabase(supabaseUrl), options);
  const runIn =
    (scope?: TransactionScope): Run =>
    (call) =>
      runCall(pipeline, call, scope);
  const settings: ClientSettings = {
    run: runIn(),
    transaction: transactionOn(
      { database: pipeline.database, ready: () => pipeline.schemaCache.current() },
      runIn,
    ),
    schema: options.db?.schema,
    headers: options.global?.headers,
    timeout: options.db?.timeout,
    statementTimeout: options.db?.statementTimeout,
    retry: options.db?.retry,
  };
  return new SupabaseClient(settings);
}

function refuseOtherRights(key: string | undefined, options: SupabaseClientOptions): void {
  const names = Object.keys(options.global?.headers ?? {}).map((name) => name.toLowerCase());
  const refused =
    (key === undefined ? undefined : refusedKey(key)) ??
    (names.includes("authorization") ? refusedToken("global.headers.Authorization") : undefined) ??
    (options.accessToken === undefined ? undefined : refusedToken("accessToken"));
  if (refused !== undefined) throw new Error(`${refused.what} ${refused.hint}`);
}

function pipelineOf(database: Database, options: SupabaseClientOptions): Pipeline {
  const configuration = {
    exposedSchemas: options.schemas ?? [options.db?.schema ?? "public"],
    aggregatesEnabled: options.aggregates ?? true,
    audit: options.audit ?? true,
    ...options.limits,
  };
  const known = pipelines.get(database) ?? new Map<string, Pipeline>();
  pipelines.set(database, known);
  const key = JSON.stringify(configuration);
  const pipeline = known.get(key) ?? createPipeline(database, configuration);
  known.set(key, pipeline);
  return pipeline;
}

const OUTSIDE_TRANSACTION: PlanError = {
  kind: "outsideTransaction",
  what: "A call inside transaction() was made with the outer client, so it would not be part of the transaction.",
  hint: "Use the client that the function was given: transaction(async (tx) => { await tx.from(…) }).",
};

async function runCall(
  pipeline: Pipeline,
  call: Call,
  transaction?: TransactionScope,
): Promise<ClientResult<unknown>> {
  if (!call.request.ok) return toClientFailure(renderError({ stage: "request", error: call.request.error }));
  if (transaction === undefined && insideTransactionOn(pipeline.database)) {
    return toClientFailure(renderError({ stage: "plan", error: OUTSIDE_TRANSACTION }));
  }
  if ("authorization" in call.headers) {
    const { what, hint } = refusedToken("The call's Authorization header");
    return toClientFailure(renderError({ stage: "plan", error: { kind: "rightsRefused", what, hint } }));
  }
  const signal = joinedSignal(call);
  const response = await runRequest(pipeline, call.request.value, {
    identity: OWN_RIGHTS,
    ...(signal === undefined ? {} : { signal }),
    ...(call.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: call.statementTimeoutMs }),
    ...(transaction === undefined ? {} : { transaction }),
  });
  return toClientResult(call.request.value, response);
}

/** The caller's signal, and the client's timeout. */
function joinedSignal({ signal, timeoutMs }: Call): AbortSignal | undefined {
  if (timeoutMs === undefined) return signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
