import type { PostgresErrorFields } from "./execute-error.ts";
import type { RenderedError } from "./rendered-error.ts";

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
  // The role of a token does not exist; any other parameter is the request's fault.
  if (code === "22023" && /^role .* does not exist$/s.test(message)) return 401;
  return STATUS_BY_SQLSTATE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400;
}

/** `RAISE SQLSTATE 'PTxyz'` answers with status xyz. */
function raisedStatus(code: string): number | undefined {
  if (!code.startsWith("PT")) return undefined;
  const status = Number(code.slice(2));
  return Number.isInteger(status) ? status : 500;
}

export function fromPostgresError(fields: PostgresErrorFields, anonymous: boolean): RenderedError {
  const status = raisedStatus(fields.code) ?? statusOf(fields, anonymous);
  return {
    status,
    code: fields.code,
    message: fields.message,
    details: fields.detail ?? null,
    hint: fields.hint ?? null,
    ...(status === 401 ? { challenge: "Bearer" } : {}),
  };
}
