import type { Database } from "@offramp/db";
import { deriveSchemaCache, type Catalog, type SchemaCache } from "../../schema-cache/index.ts";
import { loadCatalog, type LoadedCatalog } from "../catalog/load-catalog.ts";
import { type Observe, toldLater } from "../client-observation.ts";
import { checkCatalog } from "./check-catalog.ts";
import { asError, type SchemaLoadReason } from "./schema-observation.ts";
import { fingerprintOf } from "./schema-snapshot.ts";
import { SchemaWatch } from "./schema-watch.ts";

/** The shortest time between two reloads that stale names ask for, and between two that notifications ask for. */
const RELOAD_INTERVAL_MS = 1000;

/** How long the PHI inventory is trusted where no NOTIFY can be received. */
const MARKS_TRUSTED_MS = 10_000;

export interface SchemaSourceOptions {
  readonly exposedSchemas: readonly string[];
  /** Calls that touch PHI are recorded, so its marks must be true. */
  readonly audit: boolean;
  /** A catalog to start with instead of reading the database's. */
  readonly snapshot?: LoadedCatalog;
  /** Listen for `NOTIFY pgrst, 'reload schema'`. Default true. */
  readonly watch?: boolean;
  readonly observe?: Observe;
}

/** The cache in use, and what it was made of. */
interface Held {
  readonly cache: SchemaCache;
  readonly catalog: Catalog;
  readonly fingerprint: string;
}

/**
 * The schema cache of one database: loaded at the first call, replaced as a whole at a reload. Calls that come while
 * it loads for the first time wait for the same load; at a reload they go on with the one that is there.
 */
export class SchemaCacheSource {
  readonly #database: Database;
  readonly #options: SchemaSourceOptions;
  readonly #watch: SchemaWatch;
  #observe: Observe;
  #held: Held | undefined;
  #starting: Promise<SchemaCache> | undefined;
  #loading: Promise<SchemaCache> | undefined;
  #loadedAt = -Infinity;
  /** A change was notified that no load has begun after. */
  #notified = false;
  #timer: NodeJS.Timeout | undefined;
  #marksCheckedAt = -Infinity;

  constructor(database: Database, options: SchemaSourceOptions) {
    this.#database = database;
    this.#options = options;
    this.#observe = toldLater(options.observe);
    this.#watch = new SchemaWatch(database, {
      onChange: () => {
        this.#notified = true;
        this.#catchUp();
      },
      onFailure: (thrown) => this.#observe({ kind: "schemaWatchFailed", error: asError(thrown) }),
    });
  }

  /** Tells another observer from now on: a client made later shares the cache, and may be the one that looks. */
  observeWith(observe: Observe): void {
    this.#observe = toldLater(observe);
  }

  /** The observer of the clients that share this cache. */
  get observe(): Observe {
    return this.#observe;
  }

  /** The cache in use, where one is loaded. */
  get held(): SchemaCache | undefined {
    if (this.#held === undefined) return undefined;
    this.#checkMarks();
    return this.#held.cache;
  }

  current(): Promise<SchemaCache> {
    const held = this.held;
    if (held !== undefined) return Promise.resolve(held);
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  /**
   * A newer cache, for a name that this one does not know or PostgreSQL no longer does; undefined when there is none:
   * the catalog was read a moment ago, is the same, or cannot be read now.
   */
  async refresh(stale: SchemaCache): Promise<SchemaCache | undefined> {
    const current = await this.current();
    if (current !== stale) return current;
    const recently = performance.now() - this.#loadedAt < RELOAD_INTERVAL_MS;
    if (this.#loading === undefined && recently && !this.#notified) return undefined;
    try {
      const fresh = await this.#load("stale name");
      return fresh === stale ? undefined : fresh;
    } catch {
      // It was observed; the call has an error of its own, which the old cache explains.
      return undefined;
    }
  }

  async #start(): Promise<SchemaCache> {
    const { snapshot, watch = true } = this.#options;
    if (snapshot !== undefined) {
      const started = await this.#startFrom(snapshot);
      if (started !== undefined) {
        if (watch) void this.#watch.start();
        return started;
      }
    }
    if (watch) await this.#watch.start();
    return this.#load("start");
  }

  /** The snapshot's cache, when the database agrees with what a snapshot must not be wrong about. */
  async #startFrom({ catalog, serverVersion }: LoadedCatalog): Promise<SchemaCache | undefined> {
    const started = performance.now();
    const found = await checkCatalog(this.#database, catalog);
    const why =
      this.#options.audit && !found.marksFit
        ? "the PHI inventory in the database is another one"
        : major(found.serverVersion) === major(serverVersion)
          ? undefined
          : `it was written for PostgreSQL ${serverVersion}, and the server is ${found.serverVersion}`;
    if (why !== undefined) {
      this.#observe({ kind: "schemaSnapshotRefused", why });
      return undefined;
    }
    this.#marksCheckedAt = performance.now();
    return this.#hold({ ...catalog, ...found.session }, { source: "snapshot", reason: "start", started });
  }

  #load(reason: SchemaLoadReason): Promise<SchemaCache> {
    this.#loading ??= this.#read(reason).finally(() => {
      this.#loading = undefined;
      this.#catchUp();
    });
    return this.#loading;
  }

  async #read(reason: SchemaLoadReason): Promise<SchemaCache> {
    const started = performance.now();
    this.#loadedAt = started;
    this.#notified = false;
    // A watch that could not start is tried again, but not twice for one first load.
    if (this.#options.watch !== false && reason !== "start") void this.#watch.start();
    try {
      const { catalog } = await loadCatalog(this.#database, this.#options.exposedSchemas);
      this.#marksCheckedAt = performance.now();
      return this.#hold(catalog, { source: "database", reason, started });
    } catch (thrown) {
      this.#observe({ kind: "schemaLoadFailed", reason, error: asError(thrown) });
      throw thrown;
    }
  }

  /** Takes a catalog into use. An equal one changes nothing, so that compiled plans stay good. */
  #hold(
    catalog: Catalog,
    {
      source,
      reason,
      started,
    }: { source: "database" | "snapshot"; reason: SchemaLoadReason; started: number },
  ): SchemaCache {
    const fingerprint = fingerprintOf(catalog);
    const changed = fingerprint !== this.#held?.fingerprint;
    const held =
      this.#held === undefined || changed
        ? { cache: deriveSchemaCache(catalog), catalog, fingerprint }
        : this.#held;
    this.#held = held;
    const durationMs = performance.now() - started;
    this.#observe({
      kind: "schemaLoaded",
      source,
      reason,
      changed,
      relations: catalog.tables.length,
      durationMs,
    });
    return held.cache;
  }

  /** Loads for notifications: at once, or when the last load is long enough ago; those in between share one load. */
  #catchUp(): void {
    if (!this.#notified || this.#held === undefined || this.#loading !== undefined) return;
    const wait = this.#loadedAt + RELOAD_INTERVAL_MS - performance.now();
    if (wait <= 0) {
      this.#loadInBackground("notification");
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#catchUp();
    }, wait);
    this.#timer.unref();
  }

  /** Where nothing notifies of new PHI marks, they are compared from time to time, beside the calls. */
  #checkMarks(): void {
    const held = this.#held;
    if (held === undefined || !this.#options.audit || this.#watch.listening) return;
    if (performance.now() - this.#marksCheckedAt < MARKS_TRUSTED_MS) return;
    this.#marksCheckedAt = performance.now();
    void this.#compareMarks(held.catalog);
  }

  async #compareMarks(catalog: Catalog): Promise<void> {
    try {
      if ((await checkCatalog(this.#database, catalog)).marksFit) return;
    } catch (thrown) {
      this.#observe({ kind: "schemaLoadFailed", reason: "PHI inventory", error: asError(thrown) });
      return;
    }
    this.#loadInBackground("PHI inventory");
  }

  /** A failure is no call's: the observer has been told, and the next occasion tries again. */
  #loadInBackground(reason: SchemaLoadReason): void {
    this.#load(reason).catch(() => undefined);
  }
}

function major(serverVersion: string): string {
  return /^\d+/.exec(serverVersion)?.[0] ?? serverVersion;
}
