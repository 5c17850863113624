/**
 * Why a connection could not be had, or was lost.
 *
 * @example
 * import { connect, ConnectionError, type ConnectionProblem } from "@offramp/db";
 *
 * const passing: readonly ConnectionProblem[] = ["starting-up", "pool-exhausted", "lost"];
 * try {
 *   await connect().query({ text: "select 1" });
 * } catch (error) {
 *   if (error instanceof ConnectionError && passing.includes(error.problem)) console.log("try again");
 * }
 */
export type ConnectionProblem =
  | "unreachable"
  /** The server did not answer in time. */
  | "timeout"
  /** No connection of the pool became free in time. */
  | "pool-exhausted"
  | "authentication"
  | "unknown-database"
  | "tls"
  /** The server has no more for anyone. */
  | "too-many-connections"
  | "starting-up"
  | "lost"
  | "closed";

/**
 * The server could not be reached, refused the credentials, or went away.
 *
 * `message` says what happened, where (host, port, database, user) and what to do. It never contains a password.
 *
 * @example
 * import { connect, ConnectionError } from "@offramp/db";
 *
 * try {
 *   await connect().query({ text: "select 1" });
 * } catch (error) {
 *   if (error instanceof ConnectionError) console.error(`${error.problem}: ${error.message}`);
 * }
 */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly problem: ConnectionProblem;
  /**
   * `none`: nothing took effect, and the work may be done again. `unknown`: the connection broke while a statement ran,
   * and it may have taken effect or not.
   */
  readonly outcome: "none" | "unknown";

  constructor(
    problem: ConnectionProblem,
    message: string,
    options: ErrorOptions & { readonly outcome?: "none" | "unknown" } = {},
  ) {
    super(message, options);
    this.problem = problem;
    this.outcome = options.outcome ?? "none";
  }
}
