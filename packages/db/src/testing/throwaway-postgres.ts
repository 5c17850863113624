import { ConfigurationError } from "../errors/configuration-error.ts";
import { startDocker } from "./docker.ts";
import { Databases, type ThrowawayDatabase } from "./databases.ts";
import { startEmbedded } from "./embedded.ts";
import { isUnavailable, type RunningServer, type ThrowawayProvider, type Unavailable } from "./provider.ts";

/**
 * Which server to take, and how it is set up.
 *
 * @example
 * import { throwawayPostgres, type ThrowawayOptions } from "@offramp/db/testing";
 *
 * const options: ThrowawayOptions = { provider: "embedded", settings: { log_min_duration_statement: "0" } };
 * const postgres = await throwawayPostgres(options);
 * await postgres.stop();
 */
export interface ThrowawayOptions {
  /**
   * `url`: a server that runs already. `docker`: a container. `embedded`: PostgreSQL from npm, as
   * a process of this machine. `auto` (default) takes the first that is there, in this order.
   */
  readonly provider?: "auto" | ThrowawayProvider;
  /** For `url`: a role that may create databases. Default: OFFRAMP_TEST_DATABASE_URL, then DATABASE_URL. */
  readonly url?: string;
  /** For `docker`. Default `postgres:18`. */
  readonly image?: string;
  /** Server settings for `docker` and `embedded`, such as `{ log_statement: "all" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * A PostgreSQL server for tests.
 *
 * @example
 * import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
 *
 * const postgres: ThrowawayPostgres = await throwawayPostgres();
 * const { url } = await postgres.createDatabase();
 * console.log(new URL(url).pathname);
 * await postgres.stop();
 */
export interface ThrowawayPostgres {
  readonly provider: ThrowawayProvider;
  /** Of a database on the server, as a role that may create databases and roles. */
  readonly url: string;
  /** The providers that `auto` tried first, and why they were passed over. */
  readonly passedOver: readonly Unavailable[];
  /** A new database: empty, or a copy of a template, given by the name of {@link createTemplate} or of any database. */
  createDatabase(options?: {
    readonly template?: string;
    readonly name?: string;
  }): Promise<ThrowawayDatabase>;
  /**
   * Runs `prepare` once on a new database and freezes the result; copies of it take a few dozen
   * milliseconds. Resolves to the template's database name, which other processes can use.
   */
  createTemplate(name: string, prepare: (url: string) => Promise<void>): Promise<string>;
  /** Removes what was created: the databases, and the server unless it was there before. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL server that is gone when the tests are: found, or started on a free port of this
 * machine, reachable from this machine only. It is removed when the process ends in whatever way,
 * also by a crash, Ctrl-C or `kill -9`.
 *
 * @throws {ConfigurationError} the provider that was asked for is not there, or none is; with the remedy.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { throwawayPostgres } from "@offramp/db/testing";
 *
 * const postgres = await throwawayPostgres();
 * await postgres.createTemplate("patients", async (url) => {
 *   const db = connect({ url });
 *   await db.query({ text: "create table patient (id int primary key)" });
 *   await db.close();
 * });
 * const database = await postgres.createDatabase({ template: "patients" });
 * console.log(postgres.provider, database.name);
 * await postgres.stop();
 */
export async function throwawayPostgres(options: ThrowawayOptions = {}): Promise<ThrowawayPostgres> {
  const passedOver: Unavailable[] = [];
  const server = await findServer(options, passedOver);
  const databases = new Databases(server.url);
  return {
    provider: server.provider,
    url: server.url,
    passedOver,
    createDatabase: (database) => databases.create(database),
    createTemplate: (name, prepare) => databases.createTemplate(name, prepare),
    async stop() {
      if (server.provider === "url") await databases.dropAll();
      await databases.close();
      await server.stop();
    },
  };
}

async function findServer(options: ThrowawayOptions, passedOver: Unavailable[]): Promise<RunningServer> {
  const wanted = options.provider ?? "auto";
  for (const provider of wanted === "auto" ? (["url", "docker", "embedded"] as const) : [wanted]) {
    const outcome = await start(provider, options);
    if (!isUnavailable(outcome)) return outcome;
    passedOver.push(outcome);
  }
  const reasons = passedOver.map(({ provider, reason }) => `${provider}: ${reason}`).join("; ");
  throw new ConfigurationError(`throwawayPostgres(): no PostgreSQL server for the tests: ${reasons}`);
}

function start(provider: ThrowawayProvider, options: ThrowawayOptions): Promise<RunningServer | Unavailable> {
  switch (provider) {
    case "url":
      return Promise.resolve(useUrl(options.url));
    case "docker":
      return startDocker(options.image ?? "postgres:18", options.settings ?? {});
    case "embedded":
      return startEmbedded(options.settings ?? {});
  }
}

function useUrl(given: string | undefined): RunningServer | Unavailable {
  const url = given ?? (process.env["OFFRAMP_TEST_DATABASE_URL"] || process.env["DATABASE_URL"]);
  if (!url)
    return {
      provider: "url",
      reason: "neither the option url nor OFFRAMP_TEST_DATABASE_URL nor DATABASE_URL is set",
    };
  return { provider: "url", url, stop: () => Promise.resolve() };
}
