import { ConnectionError } from "../errors/connection-error.ts";
import { ServerError } from "../errors/server-error.ts";
import type { Health } from "../port.ts";
import type { ServerConnection } from "./server-connection.ts";

const QUESTION = {
  text: `select current_user as "user", current_database() as "database", pg_is_in_recovery() as standby,
    extract(epoch from clock_timestamp()) * 1000 as clock`,
};

/** Asks a server how it is, on a connection that `use` lends. */
export async function checkHealth(
  use: (ask: (connection: ServerConnection) => Promise<Health>) => Promise<Health>,
): Promise<Health> {
  try {
    return await use(ask);
  } catch (error) {
    if (error instanceof ConnectionError || error instanceof ServerError)
      return { reachable: false, problem: error.message };
    throw error;
  }
}

async function ask(connection: ServerConnection): Promise<Health> {
  const started = performance.now();
  const sentAt = Date.now();
  const { rows } = await connection.ask(QUESTION);
  const latencyMs = performance.now() - started;
  const [row] = rows;
  return {
    reachable: true,
    latencyMs,
    tls: connection.tls,
    standby: row?.["standby"] === "t",
    // The server looked at its clock about half way.
    clockSkewMs: Number(row?.["clock"]) - (sentAt + latencyMs / 2),
    ...optional("serverVersion", connection.serverVersion),
    ...optional("user", row?.["user"]),
    ...optional("database", row?.["database"]),
  };
}

function optional<K extends string>(key: K, value: string | null | undefined): Partial<Record<K, string>> {
  return value === null || value === undefined ? {} : ({ [key]: value } as Partial<Record<K, string>>);
}
