import { type CallError, renderError, type Result } from "../errors/index.ts";
import type { Identity } from "../identity/index.ts";
import { type ApiRequest, mediaTypeName } from "../request/index.ts";
import type { ApiResponse, HeaderField } from "../response/index.ts";
import { parseCookies } from "./cookies.ts";
import { answerPreflight, corsHeaders, type CorsPolicy } from "./cors.ts";
import type { HttpConfig } from "./http-config.ts";
import type { HttpInput } from "./http-input.ts";
import { type HttpRequest, type MethodsOf, parseHttpRequest } from "./parse-request.ts";
import { prefersTimezone } from "./prefer.ts";
import { readBody } from "./read-body.ts";
import { profileHeaders, renderFailure, renderResponse, renderText } from "./render-response.ts";

/** How a call came in, for the database. */
export interface HttpCallContext {
  readonly identity: Identity;
  readonly http: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly cookies: Readonly<Record<string, string>>;
  };
  readonly signal: AbortSignal;
}

/** What the door needs of the house behind it. */
export interface HttpEngine {
  /** Whose rights a call with this `Authorization` header has. */
  identify(authorization: string | undefined): Promise<Result<Identity, CallError>>;
  /** Runs a call. Never rejects. */
  run(request: ApiRequest, context: HttpCallContext): Promise<ApiResponse>;
  /** The value of `Allow` for what OPTIONS asks about. */
  methodsOf(of: MethodsOf, schema: string): Promise<Result<string, CallError>>;
  /** The OpenAPI document of a schema, as JSON. */
  describe(schema: string, context: HttpCallContext): Promise<Result<string, CallError>>;
  /** The names that PostgreSQL knows as time zones. */
  timezones(): Promise<Result<ReadonlySet<string>, CallError>>;
}

/** What the door itself is told. */
export interface HandlerSettings {
  readonly config: Omit<HttpConfig, "timezones">;
  readonly cors: CorsPolicy;
  /** What the paths of requests begin with: `/rest/v1`. */
  readonly basePath: string;
  readonly maxBodyBytes?: number;
  /** A request's header that its answer repeats. */
  readonly traceHeader?: string;
}

/** Answers HTTP requests as PostgREST does. */
export function httpHandler(
  engine: HttpEngine,
  settings: HandlerSettings,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const preflight = answerPreflight(request, settings.cors);
    if (preflight !== undefined) return preflight;
    const response = await answer(engine, settings, request);
    for (const [name, value] of Object.entries(corsHeaders(request, settings.cors))) {
      if (name === "Vary") response.headers.append(name, value);
      else response.headers.set(name, value);
    }
    const { traceHeader } = settings;
    if (traceHeader !== undefined) response.headers.set(traceHeader, request.headers.get(traceHeader) ?? "");
    return response;
  };
}

const NO_TIMEZONES: ReadonlySet<string> = new Set();

async function answer(engine: HttpEngine, settings: HandlerSettings, request: Request): Promise<Response> {
  const { method, headers } = request;
  const fail = (error: CallError): Response => renderFailure(renderError(error), method === "HEAD");

  // Before anything of the request is looked at, it must be known whose it is.
  const identity = await engine.identify(headers.get("authorization") ?? undefined);
  if (!identity.ok) return fail(identity.error);
  const body = await readBody(request, settings.maxBodyBytes);
  if (!body.ok) return fail({ stage: "request", error: body.error });
  const { path, query } = locationOf(request.url);
  const own = withoutBase(path, settings.basePath);
  if (own === undefined) return fail({ stage: "request", error: { kind: "unknownPath" } });
  const timezones = prefersTimezone(headers.get("prefer")) ? await engine.timezones() : undefined;
  if (timezones?.ok === false) return fail(timezones.error);

  const input: HttpInput = { method, path: own, query, headers, body: body.value };
  const parsed = parseHttpRequest(input, { ...settings.config, timezones: timezones?.value ?? NO_TIMEZONES });
  if (!parsed.ok) return fail({ stage: "request", error: parsed.error });
  const context: HttpCallContext = {
    identity: identity.value,
    http: { method, path: own, headers: plainHeaders(headers), cookies: parseCookies(headers.get("cookie")) },
    signal: request.signal,
  };
  switch (parsed.value.kind) {
    case "call":
      return renderResponse(parsed.value, await engine.run(parsed.value.request, context));
    case "methods": {
      const methods = await engine.methodsOf(parsed.value.of, parsed.value.profile.schema);
      return methods.ok ? methodsResponse(methods.value) : fail(methods.error);
    }
    case "description":
      return describe({ engine, parsed: parsed.value, context, fail });
  }
}

function methodsResponse(allow: string): Response {
  const headers: HeaderField[] = [
    ["Allow", allow],
    ["Access-Control-Allow-Origin", "*"],
  ];
  return renderText("", headers, false);
}

interface Description {
  readonly engine: HttpEngine;
  readonly parsed: Extract<HttpRequest, { kind: "description" }>;
  readonly context: HttpCallContext;
  readonly fail: (error: CallError) => Response;
}

async function describe({ engine, parsed, context, fail }: Description): Promise<Response> {
  const { media, profile, headersOnly } = parsed;
  const taken = media.some(
    ({ kind, ...rest }) =>
      kind === "openapi" || kind === "any" || (kind === "json" && !("stripNulls" in rest)),
  );
  if (!taken) {
    return fail({ stage: "request", error: { kind: "unacceptableMedia", names: media.map(mediaTypeName) } });
  }
  const document = await engine.describe(profile.schema, context);
  if (!document.ok) return fail(document.error);
  const headers: HeaderField[] = [
    ["Content-Type", "application/openapi+json; charset=utf-8"],
    ...profileHeaders(profile),
  ];
  return renderText(document.value, headers, headersOnly);
}

/** The path and query as they were sent: `URL` would tidy them up. */
function locationOf(url: string): { readonly path: string; readonly query: string } {
  const [, path = "/", query = ""] =
    /^(?:[a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  return { path: path === "" ? "/" : path, query };
}

function withoutBase(path: string, base: string): string | undefined {
  if (!path.startsWith(base)) return undefined;
  const rest = path.slice(base.length);
  if (rest === "") return "/";
  return rest.startsWith("/") ? rest : undefined;
}

/** For `request.headers`: names in lower case, and cookies apart. */
function plainHeaders(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...headers].filter(([name]) => name !== "cookie").map(([name, value]) => [name, utf8(value)]),
  );
}

function utf8(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}
