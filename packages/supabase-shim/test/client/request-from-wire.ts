import type { RequestError } from "../../src/errors/request-error.ts";
import { ok, type Result } from "../../src/errors/result.ts";
import type { HttpConfig } from "../../src/http/http-config.ts";
import { parseHttpRequest } from "../../src/http/parse-request.ts";
import type { ApiRequest } from "../../src/request/index.ts";

/** What a client handed to `fetch`. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | undefined;
}

/** A server that takes whatever the client asks for. */
function config({ headers }: WireRequest): HttpConfig {
  const named = [headers.get("accept-profile"), headers.get("content-profile")];
  return {
    schemas: ["public", ...named.filter((schema) => schema !== null)],
    transactionOverride: true,
    openApi: "disabled",
    timezones: new Set(),
  };
}

/** The request that the second door makes of what a client sent, as far as the first door's can be compared with it. */
export function requestFromWire(wire: WireRequest): Result<ApiRequest, RequestError> {
  const { method, url, headers, body = "" } = wire;
  const parsed = parseHttpRequest(
    { method, path: url.pathname, query: url.search.slice(1), headers, body: Buffer.from(body) },
    config(wire),
  );
  if (!parsed.ok) return parsed;
  if (parsed.value.kind !== "call") throw new Error(`The client sends no ${method} ${url.pathname}`);
  return ok(asMade(parsed.value.request));
}

/** The builder says by itself what the wire leaves unsaid: JSON comes back, and of a write nothing. */
function asMade(request: ApiRequest): ApiRequest {
  const { select = [], ...rest } = request;
  const { action, preferences, media } = request;
  const writes = action.kind !== "read" && action.kind !== "call";
  return {
    ...rest,
    ...(select.length === 0 ? {} : { select }),
    preferences:
      writes && preferences.return === undefined ? { ...preferences, return: "minimal" } : preferences,
    media: media.kind === "any" ? { kind: "json" } : media,
  };
}
