import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { renderError } from "../errors/index.ts";
import { renderFailure } from "./render-response.ts";

/**
 * Answers a request of the web's own kind: what `createHandler` makes, and what Next.js, Hono and Deno take.
 *
 * @example
 * ```ts
 * import { connect } from "@offramp/db";
 * import { createHandler, type FetchHandler } from "@offramp/supabase-shim/http";
 *
 * const handler: FetchHandler = createHandler(connect(), { anonRole: "anon" });
 * console.log(await (await handler(new Request("http://localhost/profiles?select=id&limit=1"))).json());
 * ```
 */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * Serves a handler on `node:http`, and anything that takes its listeners: Express, Fastify's raw server. A request that
 * is broken off cancels its statement in PostgreSQL.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { connect } from "@offramp/db";
 * import { createHandler, toNodeListener } from "@offramp/supabase-shim/http";
 *
 * const handler = createHandler(connect(), { anonRole: "anon" });
 * const server = createServer(toNodeListener(handler));
 * server.listen(3000, () => server.close());
 * ```
 */
export function toNodeListener(
  handler: FetchHandler,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    void serve(handler, incoming, outgoing);
  };
}

async function serve(
  handler: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const broken = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) broken.abort();
  });
  try {
    const request = webRequest(incoming, broken.signal);
    const response = request === undefined ? unsupported(incoming) : await handler(request);
    outgoing.statusCode = response.status;
    if (response.statusText !== "") outgoing.statusMessage = response.statusText;
    for (const [name, value] of response.headers) {
      if (name !== "set-cookie") outgoing.setHeader(name, value);
    }
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) outgoing.setHeader("set-cookie", cookies);
    outgoing.end(response.body === null ? undefined : Buffer.from(await response.arrayBuffer()));
  } catch (error) {
    // What was thrown may hold anything, so it is not shown; the handler itself answers every error that it knows.
    if (!outgoing.headersSent) outgoing.statusCode = 500;
    outgoing.end();
    if (!broken.signal.aborted) process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/** Methods that a `Request` cannot have. */
const NEVER: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

function unsupported({ method = "" }: IncomingMessage): Response {
  return renderFailure(
    renderError({ stage: "request", error: { kind: "unsupportedMethod", method } }),
    false,
  );
}

function webRequest(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const headers = new Headers();
  const { rawHeaders, method = "GET", url = "/" } = incoming;
  if (NEVER.has(method)) return undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  }
  const withoutBody = method === "GET" || method === "HEAD";
  const init: RequestInit & { duplex?: "half" } = { method, headers, signal };
  if (!withoutBody) {
    init.body = Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array>;
    init.duplex = "half";
  }
  // A proxy's request names the whole URL, and `OPTIONS *` no path at all.
  const path = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*(.*)$/i.exec(url)?.[1] ?? url;
  return new Request(`http://localhost${path.startsWith("/") ? "" : "/"}${path}`, init);
}
