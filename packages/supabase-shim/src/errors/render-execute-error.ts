import type { ExecuteError } from "./execute-error.ts";
import { fromPostgresError } from "./from-postgres-error.ts";
import type { RenderedError } from "./rendered-error.ts";

/** supabase-js reports an abort as a failed fetch: status 0, and these words in the hint. */
const ABORT_HINT = "Request was aborted (timeout or manual cancellation)";

export function renderExecuteError(error: ExecuteError): RenderedError {
  switch (error.kind) {
    case "postgres":
      return renderPostgresError(error);
    case "connection":
      return renderConnectionError(error);
    case "singularity":
      return {
        status: 406,
        code: "PGRST116",
        message: "Cannot coerce the result to a single JSON object",
        details: `The result contains ${error.rows} rows`,
        hint: null,
      };
    case "maxAffected":
      return {
        status: 400,
        code: "PGRST124",
        message: "Query result exceeds max-affected preference constraint",
        details: `The query affects ${error.rows} rows`,
        hint: null,
      };
    case "keyMismatch":
      return {
        status: 400,
        code: "PGRST115",
        message: "Payload values do not match URL in primary key column(s)",
        details: null,
        hint: null,
      };
    case "responseHeaders":
      return {
        status: 500,
        code: "PGRST111",
        message:
          "response.headers guc must be a JSON array composed of objects with a single key and a string value",
        details: null,
        hint: null,
      };
    case "responseStatus":
      return {
        status: 500,
        code: "PGRST112",
        message: "response.status guc must be a valid status code",
        details: null,
        hint: null,
      };
    case "offsetBeyondTotal":
      return {
        status: 416,
        code: "PGRST103",
        message: "Requested range not satisfiable",
        details: `An offset of ${error.offset} was requested, but there are only ${error.total} rows.`,
        hint: null,
        headers: [["Content-Range", `*/${error.total}`]],
      };
    case "aborted":
      return {
        status: 0,
        code: "",
        message:
          error.reason === "timeout"
            ? "TimeoutError: the call took too long"
            : "AbortError: This operation was aborted",
        details: "",
        hint: ABORT_HINT,
      };
    case "outerTransaction":
      return {
        status: 409,
        code: "OFF004",
        message: "A call inside a nested transaction was made with the client of the one around it.",
        details: null,
        hint: "Use the client that the inner function was given.",
      };
    case "actorRequired":
      return {
        status: 403,
        code: "OFF006",
        message: `The call touches protected health information in ${error.relations.join(", ")}, and no actor is known.`,
        details: null,
        hint: "Run it inside withActor() of @offramp/audit, or with a user's token.",
      };
    case "encryption":
      return {
        status: error.sqlstate === undefined ? 500 : 400,
        code: error.sqlstate ?? "OFF008",
        message: error.message,
        details: error.written === true ? "The rows were written; what they hold could not be shown." : null,
        hint: error.hint ?? null,
      };
    case "internal":
      return { status: 500, code: "OFF000", message: error.message, details: null, hint: null };
  }
}

function renderPostgresError({
  fields,
  anonymous,
}: Extract<ExecuteError, { kind: "postgres" }>): RenderedError {
  const rendered = fromPostgresError(fields, anonymous);
  return rendered.status === 503 ? { ...rendered, passing: true } : rendered;
}

/** Of these nothing is mended by waiting. */
const LASTING: ReadonlySet<string> = new Set(["authentication", "unknown-database", "tls", "closed"]);

function renderConnectionError({
  problem,
  message,
}: Extract<ExecuteError, { kind: "connection" }>): RenderedError {
  if (problem === "pool-exhausted") {
    return {
      status: 504,
      code: "PGRST003",
      message: "Timed out acquiring connection from connection pool.",
      details: null,
      hint: message,
    };
  }
  const passing = LASTING.has(problem) ? {} : { passing: true as const };
  return { status: 503, code: "PGRST000", message, details: null, hint: null, ...passing };
}
