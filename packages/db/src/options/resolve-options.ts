import { TrackedStatements } from "../driver/tracked-statements.ts";
import { readFileSync } from "node:fs";
import type { PoolLimits } from "../driver/pool.ts";
import type { ConnectionSettings } from "../driver/connection-settings.ts";
import type { Target, TlsPlan } from "../driver/target.ts";
import { elsewhere, fixedTarget, type TargetSource } from "../driver/target-source.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { type Observe, toldLater } from "../observation.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { type ConnectionUrl, parseConnectionUrl } from "./connection-url.ts";
import { REPLICA } from "./check-options.ts";
import { fetchAwsSecret } from "./fetch-aws-secret.ts";
import { iamTokens } from "./iam-token.ts";
import { SecretTarget } from "./secret-target.ts";
import { decideTls, type TlsWish } from "./tls-policy.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly source: TargetSource;
  readonly limits: PoolLimits;
  readonly replicas: readonly TargetSource[];
  readonly maxReplicaLagMs: number;
  /** False behind a pooler in transaction mode. */
  readonly listens: boolean;
  readonly settings: ConnectionSettings;
  readonly observe: Observe;
}

const PARTS = ["host", "port", "database", "user", "password"] as const;

/**
 * Finds the database: `url`, parts, `secretId`, then DATABASE_URL, then DATABASE_SECRET_ID.
 *
 * @throws {ConfigurationError} none of them is set, two are, or one is incomplete.
 */
export function resolveOptions(options: ConnectOptions, env: Environment): ResolvedOptions {
  const url = findUrl(options, env);
  const connectTimeoutMs = options.connectTimeoutMs ?? url?.connectTimeoutMs ?? 10_000;
  const source =
    url === undefined ? sourceWithoutUrl(options, env, connectTimeoutMs) : sourceFromUrl(url, options, env);
  const pooler = options.pooler ?? url?.pooler;
  const preparedStatements = options.preparedStatements ?? pooler === undefined;
  if (pooler !== undefined && (options.session !== undefined || url?.sessionOptions !== undefined))
    throw new ConfigurationError(
      'connect(): settings for the session do not pass a pooler in transaction mode: remove the option "session" (or "options" in the URL) and set them for the role, with alter role … set …',
    );
  return {
    source,
    listens: pooler === undefined,
    replicas: (options.replicas ?? []).map((place) =>
      replicaSource(source, place, { options, tls: (host) => tlsPlan(host, tlsWish(options, url), env) }),
    ),
    maxReplicaLagMs: options.maxReplicaLagMs ?? 5_000,
    limits: {
      max: options.max ?? 20,
      idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
      pingAfterMs: options.pingAfterMs ?? 5_000,
      maxLifetimeMs: options.maxLifetimeMs ?? 3_600_000,
      acquireTimeoutMs: options.acquireTimeoutMs ?? 30_000,
      retryWithinMs: options.retryWithinMs ?? 30_000,
      slowMs: options.slowStatementMs ?? Number.POSITIVE_INFINITY,
      explainSlowEveryMs: explainEveryMs(options),
    },
    observe: toldLater(options.observe),
    settings: {
      connectTimeoutMs,
      preparedStatements,
      ...(preparedStatements && pooler !== undefined && { tracked: new TrackedStatements() }),
      session: {
        application_name: options.applicationName ?? url?.applicationName ?? "offramp",
        ...(url?.sessionOptions === undefined ? {} : { options: url.sessionOptions }),
        ...options.session,
      },
    },
  };
}

function explainEveryMs({ explainSlow, slowStatementMs, observe }: ConnectOptions): number | undefined {
  if (explainSlow === undefined || explainSlow === false) return undefined;
  if (slowStatementMs === undefined || observe === undefined)
    throw new ConfigurationError(
      'connect(): option "explainSlow" needs "slowStatementMs", which says what is slow, and "observe", which is told of the plan',
    );
  return (explainSlow === true ? undefined : explainSlow.everyMs) ?? 600_000;
}

function findUrl(options: ConnectOptions, env: Environment): ConnectionUrl | undefined {
  const others = [...PARTS, "secretId" as const].filter((name) => options[name] !== undefined);
  if (options.url !== undefined) {
    if (others.length > 0)
      throw new ConfigurationError(`connect(): give either the option "url" or "${others[0]}", not both`);
    return parseConnectionUrl(options.url, 'option "url"');
  }
  if (others.length > 0 || !env["DATABASE_URL"]) return undefined;
  return parseConnectionUrl(env["DATABASE_URL"], "DATABASE_URL");
}

function sourceFromUrl(url: ConnectionUrl, options: ConnectOptions, env: Environment): TargetSource {
  const from = options.url === undefined ? "DATABASE_URL" : 'option "url"';
  const host = needed(url.host, "host", from);
  const wish = tlsWish(options, url);
  const target: Target = {
    host,
    port: url.port ?? 5432,
    database: needed(url.database, "database", from),
    user: needed(url.user, "user", from),
    password: () => url.password ?? "",
    tls: tlsPlan(host, wish, env),
  };
  return fixedTarget(withIam(target, options, from));
}

function sourceWithoutUrl(options: ConnectOptions, env: Environment, timeoutMs: number): TargetSource {
  const { host, port, database, user, password } = options;
  const parts = PARTS.some((name) => options[name] !== undefined);
  const secretId = options.secretId ?? (parts ? undefined : env["DATABASE_SECRET_ID"] || undefined);
  if (secretId !== undefined) {
    if (password !== undefined)
      throw new ConfigurationError('connect(): give either the option "password" or "secretId", not both');
    if (options.iamAuthentication !== undefined && options.iamAuthentication !== false)
      throw new ConfigurationError(
        'connect(): give either the option "iamAuthentication" or "secretId", not both',
      );
    return new SecretTarget({
      secretId,
      fetch: options.fetchSecret ?? ((id, stage) => fetchAwsSecret({ secretId: id, stage, timeoutMs })),
      refreshMs: options.secretRefreshMs ?? 300_000,
      observe: toldLater(options.observe),
      explicit: { host, port, database, user },
      fallback: {
        host: env["PGHOST"] || undefined,
        port: portFrom(env["PGPORT"]),
        database: env["PGDATABASE"] || undefined,
      },
      tls: (actualHost) => tlsPlan(actualHost, tlsWish(options, undefined), env),
    });
  }
  if (!parts) {
    throw new ConfigurationError(
      "connect(): no database is set. Set the environment variable DATABASE_URL (postgres://user:password@host:port/database) or " +
        'DATABASE_SECRET_ID (an AWS Secrets Manager secret), or give the option "url", "secretId", or "host", "database", "user" and "password"',
    );
  }
  const actualHost = needed(host, "host", "options");
  const target: Target = {
    host: actualHost,
    port: port ?? 5432,
    database: needed(database, "database", "options"),
    user: needed(user, "user", "options"),
    password: typeof password === "function" ? password : () => password ?? "",
    tls: tlsPlan(actualHost, tlsWish(options, undefined), env),
  };
  return fixedTarget(withIam(target, options, "options"));
}

function withIam(target: Target, options: ConnectOptions, from: string): Target {
  const { iamAuthentication } = options;
  if (iamAuthentication === undefined || iamAuthentication === false) return target;
  if (options.password !== undefined || target.password() !== "")
    throw new ConfigurationError(
      `connect(): give either the option "iamAuthentication" or a password (${from}), not both`,
    );
  const { host, port, user, tls } = target;
  // Through a tunnel, the token is still for the host at its end.
  const name = (tls.mode === "verify-full" ? tls.serverName : undefined) ?? host;
  const region = iamAuthentication === true ? undefined : iamAuthentication.region;
  return { ...target, password: iamTokens({ host: name, port, user, region }) };
}

function replicaSource(
  source: TargetSource,
  place: string,
  { options, tls }: { readonly options: ConnectOptions; readonly tls: (host: string) => TlsPlan },
): TargetSource {
  const { address, host = address ?? "", port = "5432" } = REPLICA.exec(place)?.groups ?? {};
  const there = { host, port: Number(port), tls: tls(host) };
  const { iamAuthentication } = options;
  if (iamAuthentication === undefined || iamAuthentication === false) return elsewhere(source, there);
  // A token is for one host.
  const region = iamAuthentication === true ? undefined : iamAuthentication.region;
  const sign = async (): Promise<string> =>
    iamTokens({ host, port: there.port, user: (await source.target()).user, region })();
  return elsewhere(source, { ...there, password: sign });
}

function needed(value: string | undefined, what: string, from: string): string {
  if (value !== undefined) return value;
  const message = from === "options" ? `option "${what}" is missing` : `${from} names no ${what}`;
  throw new ConfigurationError(`connect(): ${message}: a database needs a host, a database name and a user`);
}

function tlsWish(options: ConnectOptions, url: ConnectionUrl | undefined): TlsWish {
  const { ssl, dangerouslyAcceptAnyCertificate, dangerouslyDisableTls } = options;
  const dangers = { dangerouslyAcceptAnyCertificate, dangerouslyDisableTls };
  if (typeof ssl === "object")
    return { mode: "verify-full", ca: ssl.ca, serverName: ssl.serverName, ...dangers };
  const ca = url?.sslrootcert === undefined ? undefined : readCertificates(url.sslrootcert, "sslrootcert");
  return { mode: ssl ?? url?.sslmode ?? "default", ca, ...dangers };
}

function tlsPlan(host: string, wish: TlsWish, env: Environment): TlsPlan {
  const plan = decideTls(host, wish);
  const path = env["PGSSLROOTCERT"];
  if (plan.mode !== "verify-full" || plan.ca !== undefined || !path || path === "system") return plan;
  return { ...plan, ca: readCertificates(path, "PGSSLROOTCERT") };
}

function readCertificates(path: string, setting: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, "utf8");
  } catch {
    throw new ConfigurationError(`connect(): the certificate file of ${setting}, ${path}, cannot be read`);
  }
  if (!pem.includes("-----BEGIN"))
    throw new ConfigurationError(`connect(): the file of ${setting}, ${path}, holds no PEM certificate`);
  return pem;
}

function portFrom(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}
