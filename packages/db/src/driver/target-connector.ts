import { ConnectionError } from "../errors/connection-error.ts";
import type { Connector } from "./connector.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { ServerConnection } from "./server-connection.ts";
import type { TargetSource } from "./target-source.ts";

/** Opens connections to where a source says, and asks it for other credentials when the server refuses some. */
export class TargetConnector implements Connector {
  readonly listens: boolean;
  readonly #source: TargetSource;
  readonly #settings: ConnectionSettings;

  constructor(source: TargetSource, settings: ConnectionSettings, listens: boolean) {
    this.listens = listens;
    this.#source = source;
    this.#settings = settings;
  }

  describe(): string {
    return this.#source.describe();
  }

  async open(): Promise<ServerConnection> {
    const target = await this.#source.target();
    try {
      return await ServerConnection.open(target, this.#settings);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      for await (const other of this.#source.alternatives(target)) {
        try {
          const connection = await ServerConnection.open(other, this.#settings);
          this.#source.accepted(other);
          return connection;
        } catch (again) {
          if (!isRefusal(again)) throw again;
        }
      }
      throw error;
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConnectionError && error.problem === "authentication";
}
