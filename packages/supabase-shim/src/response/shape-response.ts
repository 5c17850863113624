import { type CallError, type ExecuteError, renderError, type RenderedError } from "../errors/index.ts";
import type { ResultSet } from "../execute/index.ts";
import type { ApiRequest, ExactIntegers, MediaType } from "../request/index.ts";
import { type HeaderField, readResponseHeaders } from "./response-headers.ts";

/** What is known of the call once it ran, besides its rows. */
export interface Answered {
  readonly request: ApiRequest;
  readonly result: ResultSet;
  /** The representation that was chosen. */
  readonly media: MediaType;
  /** Where the body has bigints as texts. */
  readonly integers: ExactIntegers | undefined;
  /** The body is bytes, which came as base64. */
  readonly bytes: boolean;
  /** An upsert by merging: without a new row it is no creation. */
  readonly merges: boolean;
  /** The relation has unique columns, by which an upsert can tell duplicates. */
  readonly hasKey: boolean;
  /** The routine returns nothing. */
  readonly isVoid: boolean;
}

/** A call's outcome in PostgREST's terms; each door writes it in its own. */
export type ApiResponse =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: string | Uint8Array | null;
      /** The first and last row of the page, and the total where it was counted. */
      readonly range: { readonly first: number; readonly last: number; readonly total: number | null };
      /** `column=eq.value` of the one row that was inserted. */
      readonly location: readonly string[] | undefined;
      readonly media: MediaType;
      /** Where the body has bigints as texts. */
      readonly integers: ExactIntegers | undefined;
      /** The body is PostgreSQL's plan, and nothing is said of rows. */
      readonly explained: boolean;
      /** An insert could tell duplicates, so its preference for them was followed. */
      readonly resolvesConflicts: boolean;
      /** What the database set in `response.headers`. */
      readonly headers: readonly HeaderField[];
    }
  | { readonly ok: false; readonly error: RenderedError };

export function shapeFailure(failure: CallError): ApiResponse {
  return { ok: false, error: renderError(failure) };
}

/** The status, range, body and headers of an answer. PostgREST, "Pagination and Count". */
export function shapeResponse(answered: Answered): ApiResponse {
  const { request, result, media, hasKey } = answered;
  const explained = media.kind === "plan";
  const total = totalOf(request, result);
  const offset =
    request.ranges.length === 0
      ? 0
      : (request.ranges.findLast(({ path }) => path.length === 0)?.value.offset ?? 0);
  const { action } = request;
  const paged = action.kind === "read" || action.kind === "call";
  if (paged && total !== null && offset > total) {
    return failed({ kind: "offsetBeyondTotal", offset, total });
  }
  const headers = result.responseHeaders === undefined ? [] : readResponseHeaders(result.responseHeaders);
  if (headers === undefined) return failed({ kind: "responseHeaders" });
  const set = setStatus(result);
  if (set === "invalid") return failed({ kind: "responseStatus" });
  const first = paged ? offset : 0;
  const status = set ?? (explained ? 200 : statusOf(answered, total));
  return {
    ok: true,
    status,
    body: status === 204 || answered.isVoid ? null : bodyOf(answered),
    range: { first, last: first + result.pageTotal - 1, total },
    media,
    explained,
    headers,
    location: result.pageTotal === 1 ? result.location : undefined,
    integers: answered.integers,
    resolvesConflicts: hasKey || (action.kind === "insert" && action.onConflict !== undefined),
  };
}

function bodyOf({ result: { body }, bytes }: Answered): string | Uint8Array | null {
  return body !== null && bytes ? Buffer.from(body, "base64") : body;
}

function failed(error: ExecuteError): ApiResponse {
  return shapeFailure({ stage: "execute", error });
}

/** A planned count is the planner's, which is asked for reads only. */
function totalOf({ action, preferences }: ApiRequest, result: ResultSet): number | null {
  const { count } = preferences;
  if (count === undefined) return null;
  if (action.kind === "read") return result.total ?? null;
  if (count === "planned") return null;
  // What a mutation affected is known exactly.
  return action.kind === "call" ? (result.total ?? null) : result.pageTotal;
}

function statusOf({ request, result, merges, isVoid }: Answered, total: number | null): number {
  const represents = request.preferences.return === "representation";
  switch (request.action.kind) {
    case "read":
    case "call":
      if (isVoid) return 204;
      return total !== null && result.pageTotal < total ? 206 : 200;
    case "insert":
      return merges && (result.inserted ?? 0) <= 0 ? 200 : 201;
    case "put":
      if (!represents) return 204;
      return (result.inserted ?? 0) > 0 ? 201 : 200;
    case "update":
    case "delete":
      return represents ? 200 : 204;
  }
}

/** A status that the database set in `response.status`: the number that the text begins with. */
function setStatus({ responseStatus }: ResultSet): number | "invalid" | undefined {
  if (responseStatus === undefined) return undefined;
  const digits = /^\d+/.exec(responseStatus)?.[0];
  return digits === undefined ? "invalid" : Number(digits);
}
