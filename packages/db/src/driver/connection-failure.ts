import { ConfigurationError } from "../errors/configuration-error.ts";
import { ConnectionError, type ConnectionProblem } from "../errors/connection-error.ts";
import { address, type Target } from "./target.ts";

interface Explanation {
  readonly problem: ConnectionProblem;
  readonly what: string;
  readonly remedy: string;
}

const ROUTE = "Check host and port, and that firewalls and security groups let this machine through.";
const OWN_CA =
  'give the authority\'s certificates with the option ssl: { ca }, "sslrootcert=/path/to.pem" in the URL, or NODE_EXTRA_CA_CERTS ' +
  "(those of Amazon RDS are trusted already, for hosts under rds.amazonaws.com)";

const UNKNOWN =
  "A statement that was running may or may not have taken effect: look before you send it again.";

/** Turns a socket or TLS failure into a {@link ConnectionError} that says what, where and what to do. */
export function socketFailure(error: unknown, target: Target): ConnectionError {
  return failure(target, explainSocket(error, target));
}

/** A refusal that PostgreSQL sent before the session began, by SQLSTATE; `undefined` when it is about something else. */
export function startupRefusal(code: string, message: string, target: Target): ConnectionError | undefined {
  const explanation = explainStartup(code, message, target);
  return explanation === undefined ? undefined : failure(target, explanation);
}

/** The server did not answer in time. */
export function connectTimeout(target: Target, timeoutMs: number): ConnectionError {
  return failure(target, {
    problem: "timeout",
    what: `no answer within ${timeoutMs / 1000} s`,
    remedy: ROUTE,
  });
}

/** The socket opened, but no session began. */
export function neverReady(target: Target): ConnectionError {
  return failure(target, {
    problem: "unreachable",
    what: "the connection was closed before the session began",
    remedy: "Check host and port (is it a PostgreSQL server?), and the server's log.",
  });
}

/** The connection broke. `reason` is a system error's code, when one is known. */
export function connectionLost(target: Target, reason: string | undefined): ConnectionError {
  return new ConnectionError(
    "lost",
    `the connection to PostgreSQL at ${where(target)} was lost${reason === undefined ? "" : ` (${reason})`}: ` +
      `the server was stopped or restarted, ended the session, or the network failed. ${UNKNOWN}`,
    { outcome: "unknown" },
  );
}

/** The connection was found to be gone before the statement was sent. */
export function lostBeforeSent(lost: ConnectionError): ConnectionError {
  return withoutEffect(lost, "The statement was not sent or not read: nothing of it took effect.");
}

/** What a statement is told that came when its connection was `gone` already. */
export function notSent(gone: ConnectionError): ConnectionError {
  if (gone.problem === "closed") return closed();
  return gone.problem === "lost" ? lostBeforeSent(gone) : gone;
}

export function copyIsRunning(): TypeError {
  return new TypeError("a COPY is running on this connection: nothing else can be sent until it has ended");
}

export function notCancelled(error: unknown): ConnectionError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ConnectionError(
    "lost",
    `a statement could not be cancelled, so its connection was closed: ${reason}. It may or may not have taken effect.`,
    { outcome: "unknown" },
  );
}

/** The connection was lost inside a transaction, before its end was sent. */
export function lostInTransaction(lost: ConnectionError): ConnectionError {
  return withoutEffect(lost, "The transaction was rolled back: nothing of it took effect.");
}

function withoutEffect(lost: ConnectionError, fate: string): ConnectionError {
  return new ConnectionError(lost.problem, lost.message.replace(UNKNOWN, fate), { outcome: "none" });
}

/** The handle itself was closed. */
export function closed(): ConnectionError {
  return new ConnectionError(
    "closed",
    "the database handle was closed with close(). Make a new one with connect().",
  );
}

/** What ran when the time that close() gave it was over. */
export function cutByClose(): ConnectionError {
  return new ConnectionError(
    "closed",
    `the statement did not end within the time that close() gave it (timeoutMs), so its connection was cut. ${UNKNOWN}`,
    { outcome: "unknown" },
  );
}

/** A pooler in transaction mode would leave the subscription on a session that others use, and lose what it is told. */
export function noListening(): ConfigurationError {
  return new ConfigurationError(
    "listen() does not work through a pooler in transaction mode: use a connect() of its own that leads to the server directly.",
  );
}

/** The consumer of a COPY left before its end. */
export function copyLeft(): ConnectionError {
  return new ConnectionError("closed", "a COPY was left before its end, so its connection was closed.", {
    outcome: "none",
  });
}

/** A statement that streams: the session is of no use to others. */
export function copyNotSupported(): ConnectionError {
  return new ConnectionError(
    "closed",
    "query() does not run COPY … FROM STDIN and COPY … TO STDOUT, and their connection was closed: reserve() one, and use its copyIn() or copyOut().",
  );
}

function failure(target: Target, { problem, what, remedy }: Explanation): ConnectionError {
  return new ConnectionError(problem, `cannot connect to PostgreSQL at ${where(target)}: ${what}. ${remedy}`);
}

function where(target: Target): string {
  return `${address(target)} (database "${target.database}", user "${target.user}")`;
}

function explainStartup(code: string, message: string, target: Target): Explanation | undefined {
  switch (code) {
    case "28P01":
    case "28000":
      return {
        problem: "authentication",
        what: `the server refused user "${target.user}": ${message}`,
        remedy: /pg_hba/.test(message)
          ? "Check the user, the database and the server's access rules (pg_hba.conf, or the security settings of the hosted database)."
          : "Check the user and the password, and that the role may log in.",
      };
    case "3D000":
      return {
        problem: "unknown-database",
        what: `there is no database "${target.database}"`,
        remedy: "Check the database name, or create it.",
      };
    case "53300":
      return {
        problem: "too-many-connections",
        what: `the server accepts no more connections (${message})`,
        remedy:
          'Lower the option "max" in every process that connects, or raise max_connections on the server.',
      };
    case "57P03":
      return {
        problem: "starting-up",
        what: message,
        remedy: "Try again in a few seconds.",
      };
    case "57P01":
    case "57P02":
      return { problem: "lost", what: message, remedy: "Try again when the server is back." };
    case "08P01":
      // What a pooler answers in the place of a server.
      if (/unsupported startup parameter/.test(message)) return undefined;
      return { problem: "unreachable", what: message, remedy: "Check the pooler and the server behind it." };
    default:
      return undefined;
  }
}

function explainSocket(error: unknown, target: Target): Explanation {
  const code = systemCode(error);
  const reason = code === undefined ? messageOf(error) : code;
  switch (code) {
    case "ECONNREFUSED":
      return {
        problem: "unreachable",
        what: "nothing is listening there (ECONNREFUSED)",
        remedy: "Check that the server is running, and that host and port are right.",
      };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        problem: "unreachable",
        what: `the host name "${target.host}" could not be resolved (${code})`,
        remedy: "Check the host name, and that this machine can reach its DNS.",
      };
    case "ENOENT":
    case "EACCES":
      return {
        problem: "unreachable",
        what: `the socket cannot be opened (${code})`,
        remedy: "Check that the server is running on this machine and that its socket directory is right.",
      };
    case "ETIMEDOUT":
      return { problem: "timeout", what: "the connection attempt timed out (ETIMEDOUT)", remedy: ROUTE };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { problem: "unreachable", what: `there is no route to that host (${code})`, remedy: ROUTE };
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return tls(
        `the server's certificate is for another name (${messageOf(error)})`,
        "Connect by the name in the certificate, or give it with the option ssl: { serverName }.",
      );
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return tls(
        `the server's certificate was issued by an authority that this machine does not trust (${code})`,
        `To trust it, ${OWN_CA}.`,
      );
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return tls(
        `the server's certificate is not valid today (${code})`,
        "Renew the certificate, or check this machine's clock.",
      );
    default:
      if (isTlsCode(code))
        return tls(`the TLS handshake failed (${messageOf(error)})`, "Check the server's TLS settings.");
      return { problem: "unreachable", what: `the connection failed (${reason})`, remedy: ROUTE };
  }
}

function tls(what: string, remedy: string): Explanation {
  return { problem: "tls", what, remedy };
}

function isTlsCode(code: string | undefined): boolean {
  return code !== undefined && /^(ERR_SSL|ERR_TLS|CERT_|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/.test(code);
}

/** The `code` of a system error, also of the aggregate that Node throws after trying several addresses. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n[\s\S]*$/, "");
}
