import type { RenderedError } from "../errors/index.ts";
import { type ApiResponse, type HeaderField, statusText } from "../response/index.ts";
import { contentType } from "./content-type.ts";
import { headerText, isHeaderName } from "./header-text.ts";
import type { HttpRequest } from "./parse-request.ts";
import { preferenceApplied } from "./preference-applied.ts";

type Call = Extract<HttpRequest, { kind: "call" }>;
type Answer = Extract<ApiResponse, { ok: true }>;

/** The answer to a call, with the headers that PostgREST gives each kind of it. */
export function renderResponse(call: Call, response: ApiResponse): Response {
  if (!response.ok) return renderFailure(response.error, call.headersOnly);
  const applied = response.explained
    ? undefined
    : preferenceApplied(call.request, response.resolvesConflicts);
  const own = [
    ...(response.explained ? [] : rangeHeaders(call, response)),
    ...representationHeaders(call, response),
    ...(applied === undefined ? [] : [["Preference-Applied", applied] as const]),
  ];
  const body = hasBody(call, response) ? (response.body ?? "") : "";
  return httpResponse({
    status: response.status,
    headers: overridden(own, response.headers),
    body: call.headersOnly ? undefined : body,
  });
}

/** An error as PostgREST's JSON object. */
export function renderFailure(error: RenderedError, headersOnly: boolean): Response {
  const { code, message, details, hint, challenge, headers = [] } = error;
  const own: HeaderField[] = [
    ["Content-Type", "application/json; charset=utf-8"],
    ["Proxy-Status", headerText(`PostgREST; error=${code}`)],
    ...(challenge === undefined ? [] : [["WWW-Authenticate", challenge] as const]),
  ];
  return httpResponse({
    status: error.status === 0 ? 499 : error.status,
    ...(error.statusText === undefined ? {} : { statusText: error.statusText }),
    headers: overridden(own, headers),
    body: headersOnly ? undefined : JSON.stringify({ code, details, hint, message }),
  });
}

/** Anything else that is answered with a text. */
export function renderText(text: string, headers: readonly HeaderField[], headersOnly: boolean): Response {
  return httpResponse({ status: 200, headers, body: headersOnly ? undefined : text });
}

interface Parts {
  readonly status: number;
  readonly statusText?: string;
  readonly headers: readonly HeaderField[];
  /** Undefined where a HEAD was asked: then nothing is said of its length either. */
  readonly body: string | Uint8Array | undefined;
}

/** Statuses that have no body, whatever is there. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

function httpResponse({ status, statusText: text, headers, body }: Parts): Response {
  // A Response cannot have another status than these.
  const shown = status >= 200 && status <= 599 ? status : 500;
  const fields = new Headers();
  for (const [name, value] of headers) if (isHeaderName(name)) fields.append(name, headerText(value));
  if (!fields.has("vary")) fields.set("Vary", "Accept, Prefer, Range");
  const empty = body === undefined || WITHOUT_BODY.has(shown);
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  if (!empty) fields.set("Content-Length", String(bytes?.byteLength ?? 0));
  return new Response(empty || bytes === undefined || bytes.byteLength === 0 ? null : new Uint8Array(bytes), {
    status: shown,
    statusText: headerText(text ?? statusText(shown)),
    headers: fields,
  });
}

/** What the database set takes the place of what would have been said. How long the body is, only the body says. */
function overridden(own: readonly HeaderField[], set: readonly HeaderField[]): readonly HeaderField[] {
  const names = new Set(set.map(([name]) => name.toLowerCase()));
  return [...own.filter(([name]) => !names.has(name.toLowerCase())), ...set].filter(
    ([name]) => !/^(?:content-length|transfer-encoding|connection)$/i.test(name),
  );
}

function rangeHeaders(
  { request, canonicalQuery }: Call,
  { range, location }: Answer,
): readonly HeaderField[] {
  const { action } = request;
  switch (action.kind) {
    case "read": {
      const query = canonicalQuery === "" ? "" : `?${canonicalQuery}`;
      return [contentRange(range), ["Content-Location", `/${action.relation}${query}`]];
    }
    case "call":
    case "update":
      return [contentRange(range)];
    case "delete":
      return [contentRange({ first: 1, last: 0, total: range.total })];
    case "insert":
      return [
        ...(location === undefined ? [] : [locationHeader(action.relation, location)]),
        contentRange({ first: 1, last: 0, total: range.total }),
      ];
    case "put":
      return [];
  }
}

/** `0-9/100`; a star stands for no rows, and for a total that was not counted. */
function contentRange({ first, last, total }: Answer["range"]): HeaderField {
  const rows = total !== 0 && first <= last ? `${first}-${last}` : "*";
  return ["Content-Range", `${rows}/${total ?? "*"}`];
}

function locationHeader(relation: string, location: readonly string[]): HeaderField {
  const query = location.map((filter) => {
    const equals = filter.indexOf("=");
    return `${encoded(filter.slice(0, equals))}=${encoded(filter.slice(equals + 1))}`;
  });
  return ["Location", `/${relation}?${query.join("&")}`];
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function representationHeaders(call: Call, response: Answer): readonly HeaderField[] {
  if (!hasBody(call, response)) return [];
  return [["Content-Type", contentType(response.media)], ...profileHeaders(call.profile)];
}

/** Which schema the answer is of, where there was a choice. */
export function profileHeaders({ schema, negotiated }: HttpRequest["profile"]): readonly HeaderField[] {
  return negotiated ? [["Content-Profile", schema]] : [];
}

/** Whether the answer has a body by its kind: a HEAD's has its headers all the same. */
function hasBody({ request: { action, preferences }, headersOnly }: Call, response: Answer): boolean {
  if (response.explained || action.kind === "read") return true;
  // A function that returns nothing has no body, whatever status it set.
  if (action.kind === "call") return response.body !== null || (headersOnly && response.status !== 204);
  return preferences.return === "representation";
}
