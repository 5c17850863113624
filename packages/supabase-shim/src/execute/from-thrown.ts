import { ConnectionError, ServerError } from "@offramp/db";
import type { ExecuteError } from "../errors/index.ts";

const QUERY_CANCELED = "57014";

interface Circumstances {
  readonly signal: AbortSignal | undefined;
  readonly anonymous: boolean;
}

/** The database's exceptions as this stage's errors. Nothing of the statement or its values is kept. */
export function fromThrown(thrown: unknown, { signal, anonymous }: Circumstances): ExecuteError {
  if (signal?.aborted === true && (!(thrown instanceof ServerError) || thrown.code === QUERY_CANCELED)) {
    const timedOut = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
    const unsent = thrown instanceof ServerError && thrown.fields.sent === false;
    return {
      kind: "aborted",
      reason: timedOut ? "timeout" : "signal",
      ...(unsent ? { sent: false } : {}),
    };
  }
  if (thrown instanceof ServerError) {
    const { code, message, detail, hint } = thrown.fields;
    return {
      kind: "postgres",
      anonymous,
      fields: {
        code,
        message,
        ...(detail === undefined ? {} : { detail }),
        ...(hint === undefined ? {} : { hint }),
      },
    };
  }
  if (thrown instanceof ConnectionError) {
    return { kind: "connection", problem: thrown.problem, message: thrown.message };
  }
  return {
    kind: "internal",
    message: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  };
}
