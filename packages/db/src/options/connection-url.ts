import { ConfigurationError } from "../errors/configuration-error.ts";

/** What a `postgres://` URL says. Nothing is filled in. */
export interface ConnectionUrl {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly sslmode?: "disable" | "verify-full";
  /** Path of a PEM file. */
  readonly sslrootcert?: string;
  readonly applicationName?: string;
  readonly connectTimeoutMs?: number;
  /** The `options` parameter: settings for the session, as `-c name=value`. */
  readonly sessionOptions?: string;
  /** For `pgbouncer=true`. */
  readonly pooler?: "transaction";
}

const SSLMODES = new Set(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]);

/**
 * Reads a database URL. `source` names where it came from, for the error, which never quotes the
 * URL: it may hold a password.
 *
 * @throws {ConfigurationError} not a URL of PostgreSQL, or a parameter that we do not serve.
 */
export function parseConnectionUrl(text: string, source: string): ConnectionUrl {
  const url = parse(text, source);
  const found: { -readonly [K in keyof ConnectionUrl]: ConnectionUrl[K] } = {};
  const host = decode(url.hostname, source).replace(/^\[(.*)\]$/, "$1");
  if (host !== "") found.host = host;
  if (url.port !== "") found.port = Number(url.port);
  const database = decode(url.pathname.slice(1), source);
  if (database !== "") found.database = database;
  if (url.username !== "") found.user = decode(url.username, source);
  if (url.password !== "") found.password = decode(url.password, source);
  for (const [name, value] of url.searchParams) Object.assign(found, parameter(name, value, source));
  return found;
}

function parse(text: string, source: string): URL {
  const shape = "postgres://user:password@host:port/database";
  if (!/^postgres(ql)?:\/\//i.test(text)) {
    throw new ConfigurationError(`connect(): ${source} is not a PostgreSQL URL: it must look like ${shape}`);
  }
  try {
    return new URL(text);
  } catch {
    throw new ConfigurationError(
      `connect(): ${source} cannot be read as a URL: it must look like ${shape}, with one host, and with special characters in the password percent-encoded`,
    );
  }
}

function decode(part: string, source: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ConfigurationError(
      `connect(): ${source} holds a "%" that does not begin a percent-encoded character: write it as %25`,
    );
  }
}

function parameter(name: string, value: string, source: string): Partial<ConnectionUrl> {
  switch (name) {
    case "host":
      return { host: value };
    case "port":
      return { port: wholeNumber(name, value, source) };
    case "dbname":
      return { database: value };
    case "user":
      return { user: value };
    case "password":
      return { password: value };
    case "application_name":
      return { applicationName: value };
    case "options":
      return { sessionOptions: value };
    case "connect_timeout":
      return { connectTimeoutMs: wholeNumber(name, value, source) * 1000 };
    case "sslmode":
      if (!SSLMODES.has(value)) {
        throw new ConfigurationError(
          `connect(): ${source} has sslmode=${value}: it must be one of ${[...SSLMODES].join(", ")}`,
        );
      }
      return { sslmode: value === "disable" ? "disable" : "verify-full" };
    case "sslrootcert":
      return value === "system" ? {} : { sslrootcert: value };
    case "pgbouncer":
      return value === "true" ? { pooler: "transaction" } : {};
    default:
      throw new ConfigurationError(
        `connect(): ${source} has the parameter "${name}", which is not supported: remove it (server settings go into the option "session")`,
      );
  }
}

function wholeNumber(name: string, value: string, source: string): number {
  if (!/^\d{1,9}$/.test(value))
    throw new ConfigurationError(`connect(): ${source} has ${name}=${value}: it must be a whole number`);
  return Number(value);
}
