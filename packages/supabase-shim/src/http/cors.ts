const EXPOSED_HEADERS =
  "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit";

const METHODS = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD";

const SIMPLE_HEADERS = ["Accept", "Accept-Language", "Content-Language"];

const ONE_DAY = "86400";

/** Which web pages of other origins may use the API: all, or those listed, which may then send credentials too. */
export interface CorsPolicy {
  readonly origins?: readonly string[];
}

/** A browser's question before the request itself; undefined for the request itself. */
export function answerPreflight(request: Request, policy: CorsPolicy): Response | undefined {
  const { headers } = request;
  if (request.method !== "OPTIONS" || !headers.has("access-control-request-method")) return undefined;
  const allowed = allowedOrigin(headers.get("origin"), policy);
  if (allowed === undefined) return undefined;
  const asked = headers.get("access-control-request-headers")?.split(",") ?? [];
  const names = ["Authorization", ...asked.map((name) => name.trim()), ...SIMPLE_HEADERS];
  return new Response(null, {
    status: 200,
    headers: {
      ...allowed,
      "Access-Control-Allow-Methods": METHODS,
      "Access-Control-Allow-Headers": names.filter((name) => name !== "").join(", "),
      "Access-Control-Max-Age": ONE_DAY,
      "Content-Length": "0",
    },
  });
}

/** What a browser must find in the answer to let the page see it; nothing for a request that is not from a page. */
export function corsHeaders(request: Request, policy: CorsPolicy): Readonly<Record<string, string>> {
  const allowed = allowedOrigin(request.headers.get("origin"), policy);
  return allowed === undefined ? {} : { ...allowed, "Access-Control-Expose-Headers": EXPOSED_HEADERS };
}

function allowedOrigin(
  origin: string | null,
  { origins }: CorsPolicy,
): Readonly<Record<string, string>> | undefined {
  if (origin === null) return undefined;
  if (origins === undefined || origins.length === 0) return { "Access-Control-Allow-Origin": "*" };
  return origins.includes(origin)
    ? { "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", Vary: "Origin" }
    : undefined;
}
