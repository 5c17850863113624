import { err, ok, type Result } from "../../src/errors/result.ts";
import type { RequestError } from "../../src/errors/request-error.ts";
import type {
  Action,
  ApiRequest,
  Located,
  LogicTree,
  MediaType,
  OrderTerm,
  PlanOption,
  Preferences,
  Range,
} from "../../src/request/index.ts";
import {
  parseColumns,
  parseEmbedPath,
  parseFilter,
  parseLogicPath,
  parseLogicTree,
  parseOrder,
  parseSelect,
  parseTreePath,
} from "../../src/syntax/index.ts";

/** What a client handed to `fetch`. */
export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | undefined;
}

/**
 * Reads a request of `@supabase/postgrest-js` the way PostgREST does, so that it can be compared
 * with the request that our builder makes of the same chain. It reads what that client sends, not
 * everything that PostgREST takes.
 */
export function requestFromWire(wire: WireRequest): Result<ApiRequest, RequestError> {
  try {
    return ok(readRequest(wire));
  } catch (error) {
    if (error instanceof Refused) return err(error.reason);
    throw error;
  }
}

/** Carries a parser's error out of the depths; this module is a test's, and short is what counts. */
class Refused extends Error {
  readonly reason: RequestError;

  constructor(reason: RequestError) {
    super(reason.kind);
    this.reason = reason;
  }
}

function must<T>(result: Result<T, RequestError>): T {
  if (!result.ok) throw new Refused(result.error);
  return result.value;
}

function readRequest(wire: WireRequest): ApiRequest {
  const action = readAction(wire);
  const schema = wire.headers.get("accept-profile") ?? wire.headers.get("content-profile") ?? undefined;
  const select = wire.url.searchParams.get("select") ?? "";
  return {
    ...(schema === undefined ? {} : { schema }),
    action,
    ...(select === "" ? {} : { select: must(parseSelect(select)) }),
    ...readParameters(wire, action),
    preferences: readPreferences(wire.headers.get("prefer"), action),
    media: readAccept(wire.headers.get("accept")),
  };
}

function readAction({ method, url, body }: WireRequest): Action {
  const [name = "", prefix] = url.pathname.split("/").toReversed().map(decodeURIComponent);
  const columnsText = url.searchParams.get("columns");
  const conflictText = url.searchParams.get("on_conflict");
  const columns = columnsText === null ? {} : { columns: must(parseColumns(columnsText)) };
  const onConflict =
    conflictText === null ? {} : { onConflict: must(parseColumns(conflictText, "on_conflict")) };
  if (prefix === "rpc") return readCall({ method, url, body }, name);
  switch (method) {
    case "GET":
    case "HEAD":
      return { kind: "read", relation: name, headersOnly: method === "HEAD" };
    case "POST":
      return { kind: "insert", relation: name, payload: readJson(body), ...columns, ...onConflict };
    case "PATCH":
      return { kind: "update", relation: name, payload: readJson(body), ...columns };
    case "DELETE":
      return { kind: "delete", relation: name };
    default:
      throw new Error(`The client sends no ${method}`);
  }
}

function readCall({ method, url, body }: Omit<WireRequest, "headers">, routine: string): Action {
  if (method === "POST") return { kind: "call", routine, payload: readJson(body), method: "post" };
  const pairs = [...url.searchParams].filter(([key, value]) => isArgument(key, value));
  return {
    kind: "call",
    routine,
    payload: { kind: "named", pairs },
    method: method === "HEAD" ? "head" : "get",
  };
}

/** PostgREST takes what reads as a filter for one, and the rest as arguments. */
function isArgument(key: string, value: string): boolean {
  return !isReserved(key) && !parseFilter(value).ok;
}

/** A posted call has its arguments in the body. */
function takesArguments(action: Action): boolean {
  return action.kind === "call" && action.method !== "post";
}

function isReserved(key: string): boolean {
  return /(^|\.)(select|order|limit|offset|or|columns|on_conflict)$/.test(key);
}

function readJson(body: string | undefined): Extract<Action, { kind: "update" }>["payload"] {
  if (body === undefined) throw new Refused({ kind: "invalidBody", message: "Empty or invalid json" });
  const value: unknown = JSON.parse(body);
  const rows: readonly unknown[] = Array.isArray(value) ? value : [value];
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row as object)))];
  return { kind: "json", text: body, shape: Array.isArray(value) ? "array" : "object", keys };
}

function readParameters(
  { url }: WireRequest,
  action: Action,
): Pick<ApiRequest, "filters" | "order" | "ranges"> {
  const filters: Located<LogicTree>[] = [];
  const order: Located<readonly OrderTerm[]>[] = [];
  const ranges = new Map<string, Located<Range>>();
  for (const [key, value] of url.searchParams) {
    const [, place, parameter] = /^(?:(.*)\.)?(or|order|limit|offset)$/.exec(key) ?? [];
    const path = place === undefined ? [] : must(parseEmbedPath(place));
    if (parameter === "or") {
      const logic = must(parseLogicPath(key));
      filters.push({ path: logic.path, value: must(parseLogicTree("or", logic.negated, value)) });
    } else if (parameter === "order") {
      order.push({ path, value: must(parseOrder(value)) });
    } else if (parameter !== undefined) {
      const before = ranges.get(place ?? "") ?? { path, value: { offset: 0 } };
      const range = { ...before.value, [parameter]: Number(value) };
      ranges.set(place ?? "", { path, value: range });
    } else if (!isReserved(key) && !(takesArguments(action) && isArgument(key, value))) {
      const { path: at, field } = must(parseTreePath(key));
      filters.push({ path: at, value: { kind: "filter", field, ...must(parseFilter(value)) } });
    }
  }
  const root = ranges.get("")?.value;
  if (root?.limit !== undefined && (root.limit < 0 || (root.limit === 0 && root.offset !== 0))) {
    throw new Refused({ kind: "invalidRange", reason: "negativeLimit" });
  }
  return { filters, order, ranges: [...ranges.values()] };
}

/** Of each kind the first one counts. A write that asks for nothing back gets nothing back. */
function readPreferences(header: string | null, action: Action): Preferences {
  const given = new Map<string, string>();
  for (const preference of header?.split(",") ?? []) {
    const [name = "", value = ""] = preference.trim().split("=");
    if (!given.has(name)) given.set(name, value);
  }
  const writes = action.kind !== "read" && action.kind !== "call";
  const named: Record<string, unknown> = {
    return: given.get("return") ?? (writes ? "minimal" : undefined),
    count: given.get("count"),
    resolution: given.get("resolution"),
    missing: given.get("missing"),
    handling: given.get("handling"),
    transaction: given.get("tx"),
    maxAffected: given.has("max-affected") ? Number(given.get("max-affected")) : undefined,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) as Preferences;
}

function readAccept(accept: string | null): MediaType {
  if (accept?.startsWith("application/vnd.pgrst.plan")) return readPlan(accept);
  switch (accept) {
    case null:
    case "application/json":
      return { kind: "json" };
    case "application/vnd.pgrst.array+json;nulls=stripped":
      return { kind: "json", stripNulls: true };
    case "application/vnd.pgrst.object+json":
      return { kind: "singular" };
    case "application/vnd.pgrst.object+json;nulls=stripped":
      return { kind: "singular", stripNulls: true };
    case "text/csv":
      return { kind: "csv" };
    case "application/geo+json":
      return { kind: "geojson" };
    default:
      throw new Error(`The client accepts no ${accept}`);
  }
}

function readPlan(accept: string): MediaType {
  const parts = /^application\/vnd\.pgrst\.plan\+(text|json); for="([^"]*)"; options=([^;]*);$/.exec(accept);
  if (parts === null) throw new Error(`The client asks for no plan as ${accept}`);
  const [, format, of = "", options = ""] = parts;
  return {
    kind: "plan",
    of: readAccept(of),
    format: format === "json" ? "json" : "text",
    options: options.split("|").filter((option) => option !== "") as PlanOption[],
  };
}
