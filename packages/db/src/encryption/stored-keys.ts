import { ServerError } from "../errors/server-error.ts";
import type { Queryable, Row } from "../port.ts";
import { DataKey } from "./data-key.ts";
import { EncryptionError } from "./encryption-error.ts";
import type { KeyWrapper } from "./key-wrapper.ts";

interface Version {
  readonly key: DataKey;
  /** When values begin to be written with it, by this machine's clock. */
  readonly activeFrom: number;
}

/** The data keys that the database had when it was asked. */
export class StoredKeys {
  /** By name, the newest version first. */
  readonly #versions: ReadonlyMap<string, readonly Version[]>;

  constructor(versions: ReadonlyMap<string, readonly Version[]>) {
    this.#versions = versions;
  }

  find(name: string, version: number): DataKey | undefined {
    return this.#versions.get(name)?.find(({ key }) => key.version === version)?.key;
  }

  versionsOf(name: string): readonly DataKey[] {
    return (this.#versions.get(name) ?? []).map(({ key }) => key);
  }

  current(name: string): DataKey | undefined {
    const now = Date.now();
    return this.#versions.get(name)?.find(({ activeFrom }) => activeFrom <= now)?.key;
  }
}

const TEXT = `
select name, version, encode(wrapped, 'hex') as wrapped,
  extract(epoch from active_from - clock_timestamp()) * 1000 as active_in
from offramp.data_key order by name, version desc`;

/** Reads the table of data keys and unwraps those that `known` does not have yet. */
export async function loadDataKeys(
  db: Queryable,
  wrapper: KeyWrapper,
  known: StoredKeys | undefined,
): Promise<StoredKeys> {
  const rows = await readRows(db);
  // The server's clock decides; ours may be off.
  const now = Date.now();
  const unwrapped = await Promise.all(
    rows.map(async (row) => {
      const name = row["name"] ?? "";
      const version = Number(row["version"]);
      const key = known?.find(name, version) ?? (await unwrap(wrapper, row));
      return { key, activeFrom: now + Number(row["active_in"]) };
    }),
  );
  const versions = new Map<string, Version[]>();
  for (const version of unwrapped) {
    const list = versions.get(version.key.name);
    if (list === undefined) versions.set(version.key.name, [version]);
    else list.push(version);
  }
  return new StoredKeys(versions);
}

async function unwrap(wrapper: KeyWrapper, row: Row): Promise<DataKey> {
  const name = row["name"] ?? "";
  const version = Number(row["version"]);
  const secret = await wrapper.unwrap(Buffer.from(row["wrapped"] ?? "", "hex"), { name, version });
  try {
    return new DataKey(name, version, secret);
  } finally {
    secret.fill(0);
  }
}

async function readRows(db: Queryable): Promise<readonly Row[]> {
  try {
    return await db.query({ text: TEXT });
  } catch (error) {
    if (error instanceof ServerError && (error.code === "42P01" || error.code === "3F000")) {
      throw new EncryptionError(
        "setting",
        "The database has no table of data keys. Add encryptionMigrations to migrate().",
      );
    }
    if (error instanceof ServerError && error.code === "42501") {
      throw new EncryptionError(
        "setting",
        "This role may not read the data keys. As the role that runs the migrations, call grantKeyReader(db, role).",
      );
    }
    throw error;
  }
}
