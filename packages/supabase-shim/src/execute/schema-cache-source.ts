import type { Database } from "@offramp/db";
import { deriveSchemaCache, type SchemaCache } from "../schema-cache/index.ts";
import { loadCatalog } from "./catalog/load-catalog.ts";

/** The shortest time between two reloads that stale names ask for, in milliseconds. */
const RELOAD_INTERVAL_MS = 1000;

/**
 * The schema cache of one database: loaded at the first call, replaced as a whole at a reload.
 * Calls that come while it loads wait for the same load.
 */
export class SchemaCacheSource {
  readonly #database: Database;
  readonly #exposedSchemas: readonly string[];
  #current: Promise<SchemaCache> | undefined;
  #loadedAt = 0;

  constructor(database: Database, exposedSchemas: readonly string[]) {
    this.#database = database;
    this.#exposedSchemas = exposedSchemas;
  }

  current(): Promise<SchemaCache> {
    return (this.#current ??= this.#load());
  }

  /** Loads anew, for a name that the cache does not know; undefined when that was done a moment ago. */
  async refresh(stale: SchemaCache): Promise<SchemaCache | undefined> {
    const current = await this.current();
    if (current !== stale) return current;
    if (Date.now() - this.#loadedAt < RELOAD_INTERVAL_MS) return undefined;
    this.#current = this.#load();
    return this.#current;
  }

  #load(): Promise<SchemaCache> {
    const loading = loadCatalog(this.#database, this.#exposedSchemas).then(({ catalog }) => {
      this.#loadedAt = Date.now();
      return deriveSchemaCache(catalog);
    });
    // A failed load is not kept: the next call tries again.
    loading.catch(() => {
      if (this.#current === loading) this.#current = undefined;
    });
    return loading;
  }
}
