import type { PostgresErrorFields } from "./execute-error.ts";
import type { RenderedError } from "./rendered-error.ts";
import { renderRaisedResponse } from "./raised-response.ts";

/**
 * The HTTP status of an SQLSTATE, first match wins. PostgREST, "Errors", HTTP status codes.
 * Classes are two characters; single codes come before their class.
 */
const STATUS_BY_SQLSTATE: readonly (readonly [prefix: string, status: number])[] = [
  ["08", 503],
  ["09", 500],
  ["0L", 403],
  ["0P", 403],
  ["23503", 409],
  ["23505", 409],
  ["21000", 500],
  ["25006", 405],
  ["25", 500],
  ["28", 403],
  ["2D", 500],
  ["38", 500],
  ["39", 500],
  ["3B", 500],
  ["40", 500],
  ["53400", 500],
  ["53", 503],
  ["54", 500],
  ["55", 500],
  ["57P01", 503],
  ["57", 500],
  ["58", 500],
  ["F0", 500],
  ["HV", 500],
  ["P0001", 400],
  ["P0", 500],
  ["XX", 500],
  ["42883", 404],
  ["42P01", 404],
  ["42P17", 500],
  ["42501", 403],
];

function statusOf({ code, message }: PostgresErrorFields, anonymous: boolean): number {
  if (code === "42501" && anonymous) return 401;
  // pg-safeupdate refuses what the request could have limited; else it is the function or view that is wrong.
  if (code === "21000" && message.endsWith("requires a WHERE clause")) return 400;
  // PostgreSQL has no aggregate for a media type that only the request wants.
  if (code === "42883" && message.startsWith("function xmlagg(")) return 406;
  // The role of a token does not exist; any other parameter is the request's fault.
  if (code === "22023" && /^role .* does not exist$/s.test(message)) return 401;
  return STATUS_BY_SQLSTATE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}

/** `RAISE SQLSTATE 'PTxyz'` answers with status xyz, and the message is the status line's text. */
function raisedStatus({ code, message }: PostgresErrorFields): RaisedStatus | undefined {
  if (!code.startsWith("PT")) return undefined;
  const status = /^\d+$/.test(code.slice(2)) ? Number(code.slice(2)) : undefined;
  return status === undefined ? { status: 500 } : { status, statusText: message };
}

interface RaisedStatus {
  readonly status: number;
  readonly statusText?: string;
}

export function fromPostgresError(fields: PostgresErrorFields, anonymous: boolean): RenderedError {
  if (fields.code === "PGRST") return renderRaisedResponse(fields);
  const raised = raisedStatus(fields) ?? { status: statusOf(fields, anonymous) };
  return {
    ...raised,
    code: fields.code,
    message: fields.message,
    details: fields.detail ?? null,
    hint: fields.hint ?? null,
    ...(raised.status === 401 ? { challenge: "Bearer" } : {}),
  };
}
