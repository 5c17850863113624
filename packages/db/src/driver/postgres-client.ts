import type { Socket } from "node:net";
import postgres from "postgres";
import type { DriverQuery } from "./driver-query.ts";

/**
 * The only file that imports `postgres`. It makes a client with exactly one connection, over a
 * socket that is already open; pool, reconnection, timeouts and TLS are ours.
 */

export interface DriverClient {
  /** Hands a query to the connection, which sends it at once when it is open and takes more. */
  run(query: DriverQuery): void;
  parameter(name: string): string | undefined;
  end(): Promise<void>;
}

export interface DriverSettings {
  readonly user: string;
  readonly database: string;
  readonly password: string;
  /** Startup parameters: application_name and session settings. */
  readonly session: Readonly<Record<string, string>>;
  readonly onNotify: (channel: string, payload: string) => void;
}

/** The types that postgres.js would serialise or parse; here each is the text that PostgreSQL reads and writes. */
const TEXT_ONLY: postgres.PostgresType<string> = {
  to: 25,
  from: [16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1082, 1114, 1184, 1700, 3802],
  serialize: (value: string) => value,
  parse: (value: string) => value,
};

export function createDriverClient(socket: Socket, settings: DriverSettings): DriverClient {
  let handedOver = false;
  // `socket` and `onnotify` are not in the declarations. Every option is given, because the driver
  // would look for missing ones in PG… environment variables.
  const options = {
    host: "offramp.invalid",
    port: 5432,
    database: settings.database,
    user: settings.user,
    password: () => settings.password,
    socket: (): Socket => {
      // The driver reconnects by itself and would then send the rest of a transaction on a
      // fresh session. A connection is used once.
      if (handedOver || socket.destroyed) throw new Error("the connection is gone");
      handedOver = true;
      return socket;
    },
    max: 1,
    ssl: false as const,
    idle_timeout: 0,
    connect_timeout: 0,
    max_lifetime: 0,
    max_pipeline: 1000,
    backoff: () => 0,
    keep_alive: 60,
    prepare: true,
    debug: false,
    fetch_types: false,
    types: { text: TEXT_ONLY },
    connection: { ...settings.session },
    onnotice: () => undefined,
    onnotify: settings.onNotify,
  };
  const sql = postgres(options as unknown as postgres.Options<{ text: postgres.PostgresType<string> }>);
  // The way into the connection, which the driver shows to its queries alone. This one is never run.
  const { handler } = sql.unsafe("") as unknown as { readonly handler: (query: DriverQuery) => void };
  return {
    run: handler,
    parameter: (name) => (sql.parameters as unknown as Record<string, string>)[name],
    end: () => sql.end({ timeout: 1 }),
  };
}
