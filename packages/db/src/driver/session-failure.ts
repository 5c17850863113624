import { ConnectionError } from "../errors/connection-error.ts";
import { connectionLost, lostBeforeSent, startupRefusal, systemCode } from "./connection-failure.ts";
import { isServerFailure, isStalePlan, toServerError } from "./server-failure.ts";
import type { Target } from "./target.ts";

/** SQLSTATE of a write on a standby. */
const READ_ONLY_TRANSACTION = "25006";
const IDLE_SESSION_TIMEOUT = "57P05";

/** What is known of the session on which a statement failed. */
export interface FailedSession {
  readonly target: Target;
  /** It had answered before: what ends it now is no refusal at the start. */
  readonly ready: boolean;
  readonly standby: boolean;
  /** Its prepared statements are its own, not a pooler's. */
  readonly prepares: boolean;
  /** The code of the socket's error, where it had one. */
  readonly socketError: string | undefined;
}

/** A failure in our words, and whether the session can run nothing more. */
export interface ExplainedFailure {
  readonly failure: Error;
  readonly unusable: boolean;
}

/** Turns what the driver threw for a statement into a {@link ConnectionError} or a `ServerError`. */
export function explainFailure(error: unknown, session: FailedSession): ExplainedFailure {
  // The driver may tell before the socket does, and the next statement would be sent on it.
  if (!isServerFailure(error)) return { failure: brokenSession(error, session), unusable: true };
  const { target, ready, standby, prepares } = session;
  const unusable = (isStalePlan(error) && prepares) || (error.code === READ_ONLY_TRANSACTION && standby);
  if (error.severity === "FATAL" || error.severity === "PANIC") {
    if (ready) {
      const lost = connectionLost(target, `${error.code}, ${error.message}`);
      // The server ended an idle session: it had not begun to read the statement that was on its way.
      return { failure: error.code === IDLE_SESSION_TIMEOUT ? lostBeforeSent(lost) : lost, unusable };
    }
    const refusal = startupRefusal(error.code, error.message, target);
    if (refusal !== undefined) return { failure: refusal, unusable };
  }
  return { failure: toServerError(error), unusable };
}

function brokenSession(error: unknown, { target, socketError }: FailedSession): ConnectionError {
  const code = systemCode(error);
  if (code === "SASL_SIGNATURE_MISMATCH") {
    return new ConnectionError(
      "authentication",
      "the server could not prove that it knows the user's password. Check host and port: this may be another server.",
    );
  }
  return connectionLost(target, socketError ?? (code?.startsWith("CONNECTION_") === true ? undefined : code));
}
