import type { RenderedError } from "../errors/index.ts";
import type { ApiRequest, MediaType } from "../request/index.ts";
import { withBigints } from "./exact-integers.ts";
import type { ApiResponse } from "./shape-response.ts";
import { statusText } from "./status-text.ts";

/** supabase-js's result object. */
export type ClientResult<T> =
  | { success: true; error: null; data: T; count: number | null; status: number; statusText: string }
  | {
      success: false;
      error: { message: string; code: string; details: unknown; hint: string | null };
      data: null;
      count: null;
      status: number;
      statusText: string;
    };

export function toClientFailure({
  status,
  message,
  code,
  details,
  hint,
  statusText: chosen,
}: RenderedError): ClientResult<unknown> {
  return {
    success: false,
    error: { message, code, details, hint },
    data: null,
    count: null,
    status,
    statusText: chosen ?? statusText(status),
  };
}

/** How a client's JavaScript shows bigint columns. */
export type BigintForm = "number" | "string" | "bigint";

export function toClientResult(
  request: ApiRequest,
  response: ApiResponse,
  bigint: BigintForm = "number",
): ClientResult<unknown> {
  if (!response.ok) return toClientFailure(response.error);
  const { integers } = response;
  const data = dataOf(request, response.body);
  return {
    success: true,
    error: null,
    data: bigint === "bigint" && integers !== undefined ? withBigints(data, integers) : data,
    count: response.range.total,
    status: response.status,
    statusText: statusText(response.status),
  };
}

/** JSON is parsed once, here; CSV and the text of a plan stay text. */
function dataOf(request: ApiRequest, body: string | Uint8Array | null): unknown {
  if (body === null || isWithoutBody(request)) return null;
  return typeof body !== "string" || isText(request.media) ? body : JSON.parse(body);
}

function isWithoutBody({ action, preferences }: ApiRequest): boolean {
  switch (action.kind) {
    case "read":
      return action.headersOnly;
    case "call":
      return action.method === "head";
    default:
      return preferences.return !== "representation";
  }
}

function isText(media: MediaType): boolean {
  return media.kind === "csv" || (media.kind === "plan" && media.format === "text");
}
