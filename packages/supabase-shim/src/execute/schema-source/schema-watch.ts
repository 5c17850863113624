import type { Database } from "@offramp/db";

/** PostgREST's channel, so that what notifies PostgREST today notifies this too. */
const CHANNEL = "pgrst";

/** How long the first load waits for LISTEN. What happens between a LISTEN and a load is not missed. */
const PATIENCE_MS = 1000;

/** What a watch tells its owner. */
export interface WatchEvents {
  /** The schema may have changed. */
  readonly onChange: () => void;
  readonly onFailure: (thrown: unknown) => void;
}

/** Receives `NOTIFY pgrst, 'reload schema'`, on a connection that never keeps a process running. */
export class SchemaWatch {
  readonly #database: Database;
  readonly #events: WatchEvents;
  #starting: Promise<void> | undefined;
  #listening = false;

  constructor(database: Database, events: WatchEvents) {
    this.#database = database;
    this.#events = events;
  }

  get listening(): boolean {
    return this.#listening;
  }

  /**
   * Starts to listen, once; a failed start is tried again at the next one. Resolves when the server has confirmed it,
   * when it cannot be done, or when that takes too long: then a change is reported as soon as it is done.
   */
  async start(): Promise<void> {
    if (this.#listening) return;
    let waited = false;
    this.#starting ??= this.#listen().finally(() => {
      this.#starting = undefined;
      if (waited && this.#listening) this.#events.onChange();
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        waited = true;
        resolve();
      }, PATIENCE_MS);
    });
    await Promise.race([this.#starting, patience]);
    clearTimeout(timer);
  }

  async #listen(): Promise<void> {
    let connections = 0;
    try {
      const listener = await this.#database.listen(
        CHANNEL,
        (payload) => {
          // An empty payload asks for schema and configuration, and there is no configuration to reload.
          if (payload === "" || payload === "reload schema") this.#events.onChange();
        },
        () => {
          connections += 1;
          // What was sent while the connection was lost is lost.
          if (connections > 1) this.#events.onChange();
        },
      );
      listener.unref();
      this.#listening = true;
    } catch (thrown) {
      this.#events.onFailure(thrown);
    }
  }
}
