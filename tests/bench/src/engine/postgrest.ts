import { spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { CONNECTIONS } from "./bench-database.ts";
import { BENCH_ROLE } from "./bench-sql.ts";

/** A PostgREST that serves the database of this run. */
export interface RunningPostgrest {
  readonly url: string;
  /** A token of the bench's role that it accepts: what supabase-js is given as its key. */
  readonly token: string;
  readonly stop: () => Promise<void>;
}

/** Where PostgREST comes from: its executable, which is started here, or the address of one that somebody else starts. */
export type PostgrestSource = { readonly executable: string } | { readonly url: string };

/**
 * PostgREST on the database at `database`, with as many connections as the other arms have.
 *
 * @throws {Error} it serves no table of this run within two minutes, or its process ended.
 */
export async function postgrestOn(database: string, source: PostgrestSource): Promise<RunningPostgrest> {
  if ("executable" in source) return startPostgrest(database, source.executable);
  const { secret, token } = credentials();
  const settings = Object.entries(settingsFor(database, secret)).map((pair) => pair.join("="));
  console.error(`Waiting for PostgREST at ${source.url}. It must serve this run's throwaway database:
  ${settings.join(" ")} postgrest`);
  await untilServed(source.url, () => undefined);
  return { url: source.url, token, stop: async () => {} };
}

async function startPostgrest(database: string, executable: string): Promise<RunningPostgrest> {
  const port = await freePort();
  const { secret, token } = credentials();
  const env = {
    ...settingsFor(database, secret),
    PGRST_SERVER_HOST: "127.0.0.1",
    PGRST_SERVER_PORT: String(port),
    PGRST_LOG_LEVEL: "crit",
  };
  const child = spawn(executable, [], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = `${said}${text}`.slice(-2000)));
  let failed: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      failed = error.message;
      resolve();
    });
    child.on("exit", (code) => {
      failed ??= `it ended with code ${code}: ${said}`;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilServed(url, () => failed);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, token, stop };
}

/** As Supabase has it: a key that is a token of the anonymous role (RFC 7519), signed with HMAC and SHA-256. */
function credentials(): { readonly secret: string; readonly token: string } {
  const secret = randomBytes(32).toString("hex");
  const signed = [{ alg: "HS256", typ: "JWT" }, { role: BENCH_ROLE }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return { secret, token: `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}` };
}

function settingsFor(database: string, secret: string): Record<string, string> {
  return {
    PGRST_DB_URI: database,
    PGRST_JWT_SECRET: secret,
    PGRST_DB_ANON_ROLE: BENCH_ROLE,
    PGRST_DB_POOL: String(CONNECTIONS),
    PGRST_DB_AGGREGATES_ENABLED: "true",
  };
}

async function untilServed(url: string, failed: () => string | undefined): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; await setTimeout(250)) {
    const reason = failed();
    if (reason !== undefined) throw new Error(`PostgREST does not run: ${reason}`);
    const answer = await fetch(`${url}/items?limit=1`).catch(() => undefined);
    if (answer?.ok === true) return;
  }
  throw new Error("No PostgREST served the tables of this run within two minutes.");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port was found.");
  return address.port;
}
