import type { Queryable } from "../port.ts";
import { columnName, type ValuePlace } from "./column-place.ts";
import type { DataKey } from "./data-key.ts";
import { type EncryptedColumn, equalityOf, readValue } from "./encrypted-column.ts";
import { EncryptionError } from "./encryption-error.ts";
import type { KeyWrapper } from "./key-wrapper.ts";
import { loadDataKeys, type StoredKeys } from "./stored-keys.ts";
import { parseValue } from "./value-format.ts";

/**
 * How a key ring is kept.
 *
 * @example
 * import type { KeyRingOptions } from "@offramp/db/encryption";
 *
 * const options: KeyRingOptions = { refreshMs: 30_000 };
 * console.log(options);
 */
export interface KeyRingOptions {
  /** Milliseconds after which the table of data keys is read again. Default 60,000; at most 120,000. */
  readonly refreshMs?: number;
}

/** Two readings must fit between a rotation and the first value of the new version. */
const MOST_REFRESH_MS = 120_000;

/**
 * The data keys of a database, unwrapped, in this process's memory. They are read when first needed, and again from time
 * to time, so that a rotation reaches a running process.
 *
 * Its methods are for the shim, Drizzle and the jobs; an application makes one and hands it over.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { KeyRing, kmsWrapper } from "@offramp/db/encryption";
 *
 * const db = connect();
 * const keys = new KeyRing(db, kmsWrapper({ keyId: "alias/clinic-phi" }));
 * await keys.ready();
 */
export class KeyRing {
  readonly #db: Queryable;
  readonly #wrapper: KeyWrapper;
  readonly #refreshMs: number;
  #stored: StoredKeys | undefined;
  #readAt = 0;
  #loading: Promise<void> | undefined;

  /**
   * @param db where the table of data keys is: the same database, as a role that `grantKeyReader` was given.
   * @throws {EncryptionError} an option is out of range.
   */
  constructor(db: Queryable, wrapper: KeyWrapper, { refreshMs = 60_000 }: KeyRingOptions = {}) {
    if (!(refreshMs >= 0 && refreshMs <= MOST_REFRESH_MS)) {
      throw new EncryptionError(
        "setting",
        `refreshMs must be between 0 and ${MOST_REFRESH_MS}: a rotation counts on it.`,
      );
    }
    this.#db = db;
    this.#wrapper = wrapper;
    this.#refreshMs = refreshMs;
  }

  /**
   * Waits until the keys are there, and no older than a rotation allows. Keys that are merely due are read again in the
   * background.
   *
   * @throws {EncryptionError} a key cannot be unwrapped, or the database has no table of data keys.
   */
  async ready(): Promise<void> {
    const age = Date.now() - this.#readAt;
    if (this.#stored === undefined || age > this.#refreshMs + MOST_REFRESH_MS / 2) return this.refresh();
    // A failure shows when the keys are too old to go on with.
    if (age > this.#refreshMs) void this.refresh().catch(() => undefined);
  }

  /** Reads the keys again. */
  refresh(): Promise<void> {
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /**
   * Encrypts a value, given as JSON, with the newest version of its column's key.
   *
   * @throws {EncryptionError} it is no value of the column's type, or there is no key of the name.
   */
  seal(column: EncryptedColumn, row: readonly string[], json: string): Buffer {
    const kept = readValue(column, json);
    return this.#current(column).seal(placeOf(column, row), kept, equalityOf(column, kept));
  }

  /**
   * Decrypts a value to its JSON.
   *
   * @throws {EncryptionError} it was not written for this column and row, was changed, or its key is not here.
   */
  open(column: EncryptedColumn, row: readonly string[], value: Uint8Array): string {
    const parsed = parseValue(value, columnName(column));
    const key = this.#keys().find(parsed.key, parsed.version);
    if (key === undefined) {
      throw new EncryptionError(
        "key",
        `A value of ${columnName(column)} was written with version ${parsed.version} of the data key "${parsed.key}", which the database does not have.`,
      );
    }
    return key.open(placeOf(column, row), parsed);
  }

  /**
   * The tokens of a value, given as JSON: one for each version of the key, because a row keeps the version that it was
   * written with.
   *
   * @throws {EncryptionError} the column is not searchable, or it is no value of its type.
   */
  tokens(column: EncryptedColumn, json: string): readonly Buffer[] {
    const equality = equalityOf(column, readValue(column, json));
    if (equality === undefined)
      throw new EncryptionError("setting", `The encrypted column ${columnName(column)} is not searchable.`);
    const versions = this.#keys().versionsOf(column.key);
    if (versions.length === 0) throw noKey(column);
    return versions.map((key) => key.token(column, equality));
  }

  /** The version with which values of the key are written. */
  currentVersion(key: string): number | undefined {
    return this.#keys().current(key)?.version;
  }

  async #load(): Promise<void> {
    const asked = Date.now();
    this.#stored = await loadDataKeys(this.#db, this.#wrapper, this.#stored);
    this.#readAt = asked;
  }

  #keys(): StoredKeys {
    if (this.#stored === undefined)
      throw new EncryptionError("key", "The key ring is empty: await ready() first.");
    return this.#stored;
  }

  #current(column: EncryptedColumn): DataKey {
    const key = this.#keys().current(column.key);
    if (key !== undefined) return key;
    throw noKey(column);
  }
}

function placeOf({ schema, table, column }: EncryptedColumn, row: readonly string[]): ValuePlace {
  return { schema, table, column, row };
}

function noKey(column: EncryptedColumn): EncryptionError {
  return new EncryptionError(
    "key",
    `There is no data key "${column.key}", which ${columnName(column)} is encrypted with. Make it: createDataKey(db, "${column.key}", wrapper).`,
  );
}
