import type { Database } from "@offramp/db";
import type { KeyRing } from "@offramp/db/encryption";
import { auditLimits, type AuditOptions } from "./audit-options.ts";
import { type CallError, err, ok, type Result } from "./errors/index.ts";
import {
  type ClientObservation,
  fromThrown,
  loadTimezones,
  relationMethods,
  sessionOf,
} from "./execute/index.ts";
import {
  type FetchHandler,
  type HttpCallContext,
  type HttpEngine,
  httpHandler,
  type MethodsOf,
} from "./http/index.ts";
import { authenticate, type JwtConfig, OWN_RIGHTS, verifierOf } from "./identity/index.ts";
import { describeSchema, openApiDocument } from "./openapi/index.ts";
import { createPipeline, type Pipeline, type PipelineOptions, planOnly, runRequest } from "./pipeline.ts";
import type { ApiRequest } from "./request/index.ts";
import { findTable } from "./schema-cache/index.ts";

/**
 * Options of {@link createHandler}: PostgREST's, under names that say what they do.
 *
 * @example
 * ```ts
 * import { connect } from "@offramp/db";
 * import { createHandler, type HandlerConfig } from "@offramp/supabase-shim/http";
 *
 * const config: HandlerConfig = {
 *   schemas: ["public", "billing"],
 *   anonRole: "anon",
 *   jwt: { secret: process.env["SUPABASE_JWT_SECRET"] },
 *   maxRows: 1000,
 * };
 * console.log((await createHandler(connect(), config)(new Request("http://localhost/profiles"))).status);
 * ```
 */
export interface HandlerConfig {
  /** The exposed schemas; the first is the one of requests that name none. Default `["public"]`. */
  readonly schemas?: readonly string[];
  /** The database role of requests without a token. Without it they are refused. */
  readonly anonRole?: string;
  /** How tokens are verified. Without it every token is refused. */
  readonly jwt?: JwtConfig;
  /** How many rows a read or call returns at most, of each relation in it. Default: all. */
  readonly maxRows?: number;
  /** Allows aggregates. Default false, as on PostgREST and Supabase. */
  readonly aggregates?: boolean;
  /** Allows `application/vnd.pgrst.plan`, which shows how PostgreSQL runs a request. Default false. */
  readonly explain?: boolean;
  /** How a call's transaction ends, and whether `Prefer: tx=…` may decide. Default `commit`. */
  readonly transactionEnd?: "commit" | "commit-allow-override" | "rollback" | "rollback-allow-override";
  /** A function without arguments, as `name` or `schema.name`, that runs before each call and may refuse it. */
  readonly preRequest?: string;
  /** Schemas that follow the request's in the search path. Default: the connection's own search path. */
  readonly extraSearchPath?: readonly string[];
  /** Settings that each call finds, such as `{ "app.settings.host": "…" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether `/` describes the API, and whether all of it or what the caller's role may use. Default `follow-privileges`. */
  readonly openApi?: "follow-privileges" | "ignore-privileges" | "disabled";
  /** Where the API is reached from outside, for its description: `https://api.example.com/rest/v1`. */
  readonly openApiServerUrl?: string;
  /** Whether the API's description says that tokens are taken. Default false. */
  readonly openApiSecurity?: boolean;
  /** A function of the first schema that answers for `/` instead. */
  readonly rootFunction?: string;
  /** The web pages that may use the API, by origin, with credentials. Default: all, without. */
  readonly corsOrigins?: readonly string[];
  /** A request's header that its answer repeats, for tracing. */
  readonly traceHeader?: string;
  /** What the paths begin with. Default none; supabase-js adds `/rest/v1` to its URL. */
  readonly basePath?: string;
  readonly limits?: {
    /** How deep embeds may nest. */
    readonly maxEmbedDepth?: number;
    /** Bytes of a request's body. */
    readonly maxPayloadBytes?: number;
  };
  /** Milliseconds that PostgreSQL lets a statement run. Default: the server's own setting. */
  readonly statementTimeout?: number;
  /** Record PHI access when the database has the audit schema. Default true. */
  readonly audit?: boolean | AuditOptions;
  /** The keys of encrypted columns. Without them a call that touches one is refused with `OFF008`. */
  readonly encryption?: KeyRing;
  /** Is told of schema loads, what failed in them, and unrecorded calls. */
  readonly observe?: (observation: ClientObservation) => void;
  /** Reload the schema on `NOTIFY pgrst, 'reload schema'`. Default true. */
  readonly watchSchema?: boolean;
}

/**
 * Makes a handler that speaks PostgREST's HTTP interface, for browsers and services that talk to it directly. It runs
 * wherever there are web `Request`s; `toNodeListener` serves it on `node:http`. It answers every request, and never rejects
 * for what a request or the database does.
 *
 * The connection's role must be a member of `anonRole` and of the roles that tokens name: each call runs as one of them.
 *
 * @throws {TypeError} the configuration is wrong.
 *
 * @example
 * ```ts
 * import { connect } from "@offramp/db";
 * import { createHandler } from "@offramp/supabase-shim/http";
 *
 * const handler = createHandler(connect(), {
 *   anonRole: "anon",
 *   jwt: { secret: "a secret of at least thirty-two characters" },
 *   maxRows: 1000,
 * });
 * const response = await handler(new Request("http://localhost/profiles?select=id,email&order=id"));
 * console.log(response.status, await response.json());
 * ```
 */
export function createHandler(database: Database, config: HandlerConfig = {}): FetchHandler {
  const { schemas = ["public"], jwt, limits, transactionEnd = "commit", basePath = "" } = config;
  checkConfig(config);
  const pipeline = createPipeline(database, pipelineOptions(config, schemas));
  return httpHandler(engineOf(pipeline, { ...config, ...(jwt === undefined ? {} : { jwt }) }), {
    config: {
      schemas,
      transactionOverride: transactionEnd.endsWith("-allow-override"),
      openApi: config.openApi ?? "follow-privileges",
      ...(config.rootFunction === undefined ? {} : { rootFunction: config.rootFunction }),
    },
    cors: config.corsOrigins === undefined ? {} : { origins: config.corsOrigins },
    basePath: basePath.replace(/\/$/, ""),
    ...(limits?.maxPayloadBytes === undefined ? {} : { maxBodyBytes: limits.maxPayloadBytes }),
    ...(config.traceHeader === undefined ? {} : { traceHeader: config.traceHeader }),
  });
}

function checkConfig({ schemas, jwt, maxRows, basePath, openApiServerUrl }: HandlerConfig): void {
  if (schemas?.length === 0) throw new TypeError("schemas: name at least one schema to expose.");
  if (maxRows !== undefined && !(Number.isInteger(maxRows) && maxRows >= 0)) {
    throw new TypeError("maxRows: give a whole number of rows.");
  }
  if (basePath !== undefined && basePath !== "" && !basePath.startsWith("/")) {
    throw new TypeError(`basePath: ${JSON.stringify(basePath)} must begin with a slash, like "/rest/v1".`);
  }
  if (openApiServerUrl !== undefined && !URL.canParse(openApiServerUrl)) {
    throw new TypeError(`openApiServerUrl: ${JSON.stringify(openApiServerUrl)} is no URL.`);
  }
  // A key that cannot be read is told now, and not to the first user.
  if (jwt !== undefined) verifierOf(jwt);
}

function pipelineOptions(config: HandlerConfig, schemas: readonly string[]): PipelineOptions {
  const { maxRows, limits, preRequest, extraSearchPath, settings } = config;
  return {
    exposedSchemas: schemas,
    aggregatesEnabled: config.aggregates ?? false,
    explain: config.explain ?? false,
    rollsBack: config.transactionEnd?.startsWith("rollback") ?? false,
    ...auditLimits(config.audit, config.observe !== undefined),
    ...(config.observe === undefined ? {} : { observe: config.observe }),
    watch: config.watchSchema ?? true,
    keys: config.encryption,
    ...(maxRows === undefined ? {} : { maxRows }),
    ...(limits?.maxEmbedDepth === undefined ? {} : { maxEmbedDepth: limits.maxEmbedDepth }),
    session: {
      ...(preRequest === undefined ? {} : { preRequest: routineName(preRequest) }),
      ...(extraSearchPath === undefined ? {} : { extraSearchPath }),
      ...(settings === undefined ? {} : { settings }),
    },
  };
}

function routineName(text: string): { readonly schema?: string; readonly name: string } {
  const dot = text.indexOf(".");
  return dot === -1 ? { name: text } : { schema: text.slice(0, dot), name: text.slice(dot + 1) };
}

function engineOf(pipeline: Pipeline, config: HandlerConfig): HttpEngine {
  const { database } = pipeline;
  let timezones: Promise<ReadonlySet<string>> | undefined;
  return {
    identify: async (authorization) => {
      const identity = await authenticate(authorization, config);
      return identity.ok ? identity : err({ stage: "identity", error: identity.error });
    },
    run: (request, context) =>
      runRequest(pipeline, request, {
        ...context,
        ...(config.statementTimeout === undefined ? {} : { statementTimeoutMs: config.statementTimeout }),
      }),
    methodsOf: (of, schema) => attempt(() => methodsOf(pipeline, of, schema)),
    describe: (schema, context) => attempt(() => describe({ pipeline, config, schema, context })),
    timezones: () =>
      attempt(async () => {
        timezones ??= loadTimezones(database);
        // A failed load is not kept: the next request tries again.
        timezones.catch(() => (timezones = undefined));
        return ok(await timezones);
      }),
  };
}

async function attempt<T>(work: () => Promise<Result<T, CallError>>): Promise<Result<T, CallError>> {
  try {
    return await work();
  } catch (thrown) {
    return err({ stage: "execute", error: fromThrown(thrown, { signal: undefined, anonymous: false }) });
  }
}

interface DescribeCall {
  readonly pipeline: Pipeline;
  readonly config: HandlerConfig;
  readonly schema: string;
  readonly context: HttpCallContext;
}

async function describe({
  pipeline,
  config,
  schema,
  context,
}: DescribeCall): Promise<Result<string, CallError>> {
  const { database, schemaCache, session: defaults } = pipeline;
  const { openApi = "follow-privileges", openApiServerUrl, openApiSecurity, statementTimeout } = config;
  const cache = await schemaCache.current();
  const described = await describeSchema(database, {
    schema,
    cache,
    followPrivileges: openApi === "follow-privileges",
    session: sessionOf({
      ...context,
      schema,
      searchPath: cache.searchPath,
      roleSettings: cache.roleSettings,
      defaults,
      ...(statementTimeout === undefined ? {} : { statementTimeoutMs: statementTimeout }),
    }),
  });
  if (!described.ok) return err({ stage: "execute", error: described.error });
  return ok(
    openApiDocument(described.value, {
      ...(openApiServerUrl === undefined ? {} : { serverUrl: openApiServerUrl }),
      ...(openApiSecurity === undefined ? {} : { security: openApiSecurity }),
    }),
  );
}

/** What `Allow` says. PostgREST, "OPTIONS method". */
async function methodsOf(
  pipeline: Pipeline,
  of: MethodsOf,
  schema: string,
): Promise<Result<string, CallError>> {
  switch (of.kind) {
    case "root":
      return ok("OPTIONS,GET,HEAD");
    case "routine":
      return routineMethods(pipeline, of.request);
    case "relation":
      return relationMethodsOf(pipeline, schema, of.name);
  }
}

/** A posted call is read-only for a function that changes nothing, which is what GET needs. */
async function routineMethods(pipeline: Pipeline, request: ApiRequest): Promise<Result<string, CallError>> {
  const { action } = request;
  if (action.kind !== "call") throw new TypeError("A function is planned by a call of it.");
  const planned = await planOnly(pipeline, { ...request, action: { ...action, method: "post" } }, OWN_RIGHTS);
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  return ok(plan.kind === "call" && plan.readOnly ? "OPTIONS,GET,HEAD,POST" : "OPTIONS,POST");
}

async function relationMethodsOf(
  pipeline: Pipeline,
  schema: string,
  name: string,
): Promise<Result<string, CallError>> {
  const request: ApiRequest = {
    schema,
    action: { kind: "read", relation: name, headersOnly: true },
    filters: [],
    order: [],
    ranges: [],
    preferences: {},
    media: { kind: "any" },
  };
  const planned = await planOnly(pipeline, request, OWN_RIGHTS);
  if (!planned.ok) return planned;
  const hasKey = (findTable(planned.value.cache, { schema, name })?.primaryKey.length ?? 0) > 0;
  const { insertable, updatable, deletable } = await relationMethods(pipeline.database, { schema, name });
  return ok(
    [
      "OPTIONS,GET,HEAD",
      ...(insertable ? ["POST"] : []),
      ...(insertable && updatable && hasKey ? ["PUT"] : []),
      ...(updatable ? ["PATCH"] : []),
      ...(deletable ? ["DELETE"] : []),
    ].join(","),
  );
}
