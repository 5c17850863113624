import { z } from "zod";
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

const port = z.coerce.number().int().min(1).max(65_535);
const schema = z.object({
  username: z.string().min(1),
  password: z.string().min(1),
  host: z.string().min(1).optional(),
  port: port.optional(),
  dbname: z.string().min(1).optional(),
  database: z.string().min(1).optional(),
});

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
  const result = schema.safeParse(json);
  if (!result.success) {
    const key = String(result.error.issues[0]?.path[0] ?? "");
    const what = key === "" ? "it is not a JSON object" : `its key "${key}" is missing or has the wrong type`;
    throw secretProblem(
      secretId,
      what,
      "A database secret has username, password, host, port, and dbname or database.",
    );
  }
  const { username, password, host, port: number, dbname, database } = result.data;
  return { user: username, password, host, port: number, database: dbname ?? database };
}

export function secretProblem(secretId: string, what: string, remedy: string): ConnectionError {
  return new ConnectionError(
    "authentication",
    `cannot use the database secret "${secretId}": ${what}. ${remedy}`,
  );
}
