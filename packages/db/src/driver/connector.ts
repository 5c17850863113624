import type { ServerConnection } from "./server-connection.ts";

/** Opens connections, and knows where they lead. */
export interface Connector {
  /** `host:port/database as user`, without a secret. */
  describe(): string;
  open(): Promise<ServerConnection>;
  /** Whether a session stays the same, so that it can LISTEN. */
  readonly listens: boolean;
}
