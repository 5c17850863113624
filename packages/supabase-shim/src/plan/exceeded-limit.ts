import type { PlanError } from "../errors/index.ts";
import type { ApiRequest, SelectItem } from "../request/index.ts";
import type { PlanLimits } from "./plan-context.ts";

/** The first limit of the client that a request exceeds. */
export function exceededLimit(request: ApiRequest, limits: PlanLimits): PlanError | undefined {
  const { maxEmbedDepth } = limits;
  if (maxEmbedDepth !== undefined && isDeeper(request.select ?? [], maxEmbedDepth)) {
    return {
      kind: "limitExceeded",
      status: 400,
      what: `The select nests embeds more than ${maxEmbedDepth} deep.`,
      hint: "Ask for the inner rows in a call of their own, or raise limits.maxEmbedDepth of the client.",
    };
  }
  return undefined;
}

/** Whether a payload is too large. Its size is no part of a request's shape, so it is asked of every call. */
export function exceedsPayload(
  { action }: ApiRequest,
  { maxPayloadBytes }: PlanLimits,
): PlanError | undefined {
  if (maxPayloadBytes === undefined || !("payload" in action) || action.payload.kind !== "json")
    return undefined;
  const bytes = Buffer.byteLength(action.payload.text);
  if (bytes <= maxPayloadBytes) return undefined;
  return {
    kind: "limitExceeded",
    status: 413,
    what: `The payload has ${bytes} bytes, and this client sends at most ${maxPayloadBytes}.`,
    hint: "Send the rows in several calls, or raise limits.maxPayloadBytes of the client.",
  };
}

function isDeeper(select: readonly SelectItem[], depth: number): boolean {
  return select.some((item) => item.kind !== "field" && (depth === 0 || isDeeper(item.select, depth - 1)));
}
