import { type CallError, type ExecuteError, renderError, type RenderedError } from "../errors/index.ts";
import type { ResultSet } from "../execute/index.ts";
import type { ApiRequest } from "../request/index.ts";

/** What is known of the call once it ran, besides its rows. */
export interface Answered {
  readonly request: ApiRequest;
  readonly result: ResultSet;
  /** An upsert by merging: without a new row it is no creation. */
  readonly merges: boolean;
  /** The routine returns nothing. */
  readonly isVoid: boolean;
}

/** A call's outcome in PostgREST's terms; each door writes it in its own. */
export type ApiResponse =
  | {
      readonly ok: true;
      readonly status: number;
      readonly body: string | null;
      /** The first and last row of the page, and the total where it was counted. */
      readonly range: { readonly first: number; readonly last: number; readonly total: number | null };
      readonly location?: readonly string[];
    }
  | { readonly ok: false; readonly error: RenderedError };

export function shapeFailure(failure: CallError): ApiResponse {
  return { ok: false, error: renderError(failure) };
}

/** The status, range and body of an answer. PostgREST, "Pagination and Count". */
export function shapeResponse({ request, result, merges, isVoid }: Answered): ApiResponse {
  const total = totalOf(request, result);
  const offset = request.ranges.findLast(({ path }) => path.length === 0)?.value.offset ?? 0;
  const paged = request.action.kind === "read" || request.action.kind === "call";
  if (paged && total !== null && offset > total) {
    const error: ExecuteError = { kind: "offsetBeyondTotal", offset, total };
    return shapeFailure({ stage: "execute", error });
  }
  const first = paged ? offset : 0;
  const status = setStatus(result) ?? statusOf({ request, result, merges, isVoid }, total);
  return {
    ok: true,
    status,
    body: status === 204 ? null : result.body,
    range: { first, last: first + result.pageTotal - 1, total },
    ...(result.location === undefined ? {} : { location: result.location }),
  };
}

function totalOf({ action, preferences }: ApiRequest, result: ResultSet): number | null {
  if (preferences.count === undefined) return null;
  if (action.kind === "read" || action.kind === "call") return result.total ?? null;
  // What a mutation affected is known exactly; other kinds of count make no sense for it.
  return preferences.count === "exact" ? result.pageTotal : null;
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
      if ((result.inserted ?? 0) > 0) return 201;
      return represents ? 200 : 204;
    case "update":
    case "delete":
      return represents ? 200 : 204;
  }
}

/** A status that the database set in `response.status`. */
function setStatus({ responseStatus }: ResultSet): number | undefined {
  const status = Number(responseStatus);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}
