/** Why a connection could not be had, or was lost. */
export type ConnectionProblem =
  | "unreachable"
  | "timeout"
  | "authentication"
  | "unknown-database"
  | "tls"
  | "too-many-connections"
  | "starting-up"
  | "lost"
  | "closed";

/**
 * The server could not be reached, refused the credentials, or went away.
 *
 * `message` says what happened, where (host, port, database, user) and what to do. It never contains a password.
 */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly problem: ConnectionProblem;

  constructor(problem: ConnectionProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
