import { ConnectionError } from "../errors/connection-error.ts";

/**
 * Which version of a secret: the one in use; the next one, while it is rotated; the one before.
 *
 * @example
 * import { connect, type SecretStage } from "@offramp/db";
 *
 * const versions: Record<SecretStage, string> = { AWSCURRENT: "current", AWSPENDING: "next", AWSPREVIOUS: "last" };
 * const fetchSecret = async (id: string, stage: SecretStage): Promise<string> =>
 *   (await fetch(`https://vault.example.org/${id}/${versions[stage]}`)).text();
 * console.log(connect({ secretId: "clinic", fetchSecret }).description);
 */
export type SecretStage = "AWSCURRENT" | "AWSPENDING" | "AWSPREVIOUS";

/** What a secret may say about a database. RDS writes all of it, or, for a password that it manages, only user and password. */
export interface DatabaseSecret {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  readonly user: string;
  readonly password: string;
}

/** The keys that are read, in the order in which one that is wrong is told. */
const KEYS = ["username", "password", "host", "port", "dbname", "database"] as const;
type SecretKey = (typeof KEYS)[number];

/**
 * Reads the JSON of a database secret. The error names the key that is wrong, never a value.
 *
 * @throws {ConnectionError} problem `authentication`: without the secret there are no credentials.
 */
export function parseSecret(text: string, secretId: string): DatabaseSecret {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw secretProblem(
      secretId,
      "it is not JSON",
      'Store it as {"username": …, "password": …, "host": …, "port": …, "dbname": …}.',
    );
  }
  const wrong = wrongKey(json);
  if (wrong !== undefined) {
    const what =
      wrong === "" ? "it is not a JSON object" : `its key "${wrong}" is missing or has the wrong type`;
    throw secretProblem(
      secretId,
      what,
      "A database secret has username, password, host, port, and dbname or database.",
    );
  }
  const { username, password, host, port, dbname, database } = json as Partial<Record<SecretKey, string>>;
  return {
    user: username ?? "",
    password: password ?? "",
    host,
    port: port === undefined ? undefined : Number(port),
    database: dbname ?? database,
  };
}

/** The first key that cannot be used; the empty one where there are no keys at all. */
function wrongKey(json: unknown): SecretKey | "" | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return "";
  const secret: Readonly<Record<string, unknown>> = { ...json };
  return KEYS.find((key) => {
    const value = secret[key];
    if (value === undefined) return key === "username" || key === "password";
    return key === "port" ? !isPort(value) : typeof value !== "string" || value === "";
  });
}

/** RDS writes a number, people often a text. */
function isPort(value: unknown): boolean {
  if (typeof value === "string" && !/^\d{1,5}$/.test(value)) return false;
  const port = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

export function secretProblem(secretId: string, what: string, remedy: string): ConnectionError {
  return new ConnectionError(
    "authentication",
    `cannot use the database secret "${secretId}": ${what}. ${remedy}`,
  );
}
