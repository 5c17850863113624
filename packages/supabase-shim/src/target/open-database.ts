import { connect, type Database } from "@offramp/db";

/**
 * What `createClient` takes first: a URL, or a handle from `connect()`.
 *
 * @example
 * ```ts
 * import { connect } from "@offramp/db";
 * import { type ClientTarget, createClient } from "@offramp/supabase-shim";
 *
 * const target: ClientTarget = process.env["SUPABASE_URL"] ?? connect({ host: "localhost", database: "clinic" });
 * console.log(await createClient(target, "service-key").from("profiles").select("id"));
 * ```
 */
export type ClientTarget = string | Database;

/** One pool per target: applications make a client per request. The key holds the password, so it is never shown. */
const pools = new Map<string, Database>();

/**
 * The database behind a target: a `postgres://` URL, a handle from `connect()`, or the application's old
 * `https://….supabase.co` URL, for which the environment says where the database is now.
 *
 * @throws {Error} the target is none of these.
 * @throws {ConfigurationError} the URL is wrong, or the environment names no database.
 */
export function openDatabase(target: ClientTarget): Database {
  if (typeof target !== "string") return target;
  const protocol = protocolOf(target);
  switch (protocol) {
    case "postgres:":
    case "postgresql:":
      return pooled(target, () => connect({ url: target }));
    case "https:":
    case "http:":
      return pooled(
        `environment ${process.env["DATABASE_URL"] ?? ""} ${process.env["DATABASE_SECRET_ID"] ?? ""}`,
        () => fromEnvironment(),
      );
    default:
      throw new Error(
        "Invalid supabaseUrl: give a postgres:// URL, a handle from connect(), or the old https:// URL with DATABASE_URL or DATABASE_SECRET_ID set.",
      );
  }
}

function protocolOf(target: string): string | undefined {
  return /^([a-z][a-z\d+.-]*:)\/\//i.exec(target.trim())?.[1]?.toLowerCase();
}

function fromEnvironment(): Database {
  if (!process.env["DATABASE_URL"] && !process.env["DATABASE_SECRET_ID"]) {
    throw new Error(
      "createClient was given the Supabase URL, so the database comes from the environment, but neither DATABASE_URL nor DATABASE_SECRET_ID is set. Set DATABASE_URL to postgres://user:password@host:5432/database, or DATABASE_SECRET_ID to the AWS Secrets Manager secret that RDS made.",
    );
  }
  return connect();
}

function pooled(key: string, open: () => Database): Database {
  const known = pools.get(key);
  if (known !== undefined) return known;
  const database = open();
  pools.set(key, database);
  return database;
}

/**
 * Closes every pool that `createClient` opened from a URL: at the end of a script, or on SIGTERM.
 * A client that is made afterwards opens a new one; those from before answer with an error.
 *
 * @example
 * ```ts
 * import { closeAll, createClient } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * console.log(await supabase.from("profiles").select("id").limit(1));
 * await closeAll();
 * ```
 */
export async function closeAll(): Promise<void> {
  const open = [...pools.values()];
  pools.clear();
  await Promise.all(open.map((database) => database.close()));
}
