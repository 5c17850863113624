import { randomBytes } from "node:crypto";
import type { Database, Queryable } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { DATA_KEY_BYTES } from "./data-key.ts";
import { EncryptionError } from "./encryption-error.ts";
import type { KeyWrapper } from "./key-wrapper.ts";

/** Longer than any key ring goes without reading the table, and than clocks differ. */
const DEFAULT_ACTIVATION_MS = 300_000;

/**
 * Makes the first version of a data key, wraps it, and stores it. A key that is there is left alone.
 *
 * @param name lower-case letters, digits, `_`, `-` and `.`, at most 63; every value that it encrypts carries it.
 * @returns whether it was made.
 * @throws {EncryptionError} the name is no name, or the key service did not wrap it.
 * @throws {ServerError} the table is missing, or the role may not write to it.
 *
 * @example
 * import { connect, migrate } from "@offramp/db";
 * import { createDataKey, encryptionMigrations, kmsWrapper } from "@offramp/db/encryption";
 *
 * const db = connect();
 * await migrate(db, [encryptionMigrations]);
 * await createDataKey(db, "phi", kmsWrapper({ keyId: "alias/clinic-phi" }));
 */
export async function createDataKey(db: Queryable, name: string, wrapper: KeyWrapper): Promise<boolean> {
  if (!/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(name)) {
    throw new EncryptionError(
      "setting",
      "A data key's name has lower-case letters, digits, _, - and . alone, and at most 63 of them.",
    );
  }
  const wrapped = await wrapNew(wrapper, { name, version: 1 });
  const made = await db.query({
    text:
      "insert into offramp.data_key (name, version, wrapped, wrapped_by, active_from) " +
      "values ($1, 1, $2::bytea, $3, now()) on conflict do nothing returning version",
    values: [name, wrapped, wrapper.id],
  });
  return made.length > 0;
}

/**
 * How a data key is rotated.
 *
 * @example
 * import { localKeyFile, type RotateOptions } from "@offramp/db/encryption";
 *
 * const atOnce: RotateOptions = { wrapper: localKeyFile(".offramp-key"), activateAfterMs: 0 };
 * console.log(atOnce.activateAfterMs);
 */
export interface RotateOptions {
  /** Wraps the new version. */
  readonly wrapper: KeyWrapper;
  /**
   * Milliseconds until values are written with the new version. Default 300,000, by when every running process has read
   * it; sooner, one that has not does not find new rows by equality until it reads the keys again.
   */
  readonly activateAfterMs?: number;
}

/**
 * Adds a version to a data key. Running processes learn of it by themselves; older values stay readable, and searches
 * look for both. {@link reencrypt} brings older values to the new version.
 *
 * @returns the new version.
 * @throws {EncryptionError} there is no key of the name, or the key service did not wrap the new version.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { kmsWrapper, rotateDataKey } from "@offramp/db/encryption";
 *
 * const version = await rotateDataKey(connect(), "phi", { wrapper: kmsWrapper({ keyId: "alias/clinic-phi" }) });
 * console.log(`values are written with version ${version} in five minutes`);
 */
export async function rotateDataKey(
  db: Database,
  name: string,
  { wrapper, activateAfterMs = DEFAULT_ACTIVATION_MS }: RotateOptions,
): Promise<number> {
  return db.transaction(async (transaction) => {
    const [last] = await transaction.query({
      text: "select version from offramp.data_key where name = $1 order by version desc limit 1 for update",
      values: [name],
    });
    if (last === undefined)
      throw new EncryptionError(
        "key",
        `There is no data key "${name}" to rotate. Make it with createDataKey().`,
      );
    const version = Number(last["version"]) + 1;
    await transaction.query({
      text:
        "insert into offramp.data_key (name, version, wrapped, wrapped_by, active_from) " +
        "values ($1, $2, $3::bytea, $4, now() + $5::double precision * interval '1 millisecond')",
      values: [
        name,
        String(version),
        await wrapNew(wrapper, { name, version }),
        wrapper.id,
        String(activateAfterMs),
      ],
    });
    return version;
  });
}

/**
 * Wraps every data key anew, with another wrapping key: to change from a secret to KMS, from one KMS key to another, or
 * before a secret rotates twice. Values stay as they are.
 *
 * @returns how many versions were wrapped.
 * @throws {EncryptionError} `from` does not unwrap one of them, or `to` does not wrap it; then none is changed.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { kmsWrapper, rewrapDataKeys, secretWrapper } from "@offramp/db/encryption";
 *
 * const from = secretWrapper({ secretId: "clinic/wrapping-key" });
 * await rewrapDataKeys(connect(), { from, to: kmsWrapper({ keyId: "alias/clinic-phi" }) });
 */
export async function rewrapDataKeys(
  db: Database,
  { from, to }: { readonly from: KeyWrapper; readonly to: KeyWrapper },
): Promise<number> {
  return db.transaction(async (transaction) => {
    const rows = await transaction.query({
      text: "select name, version, encode(wrapped, 'hex') as wrapped from offramp.data_key order by name, version for update",
    });
    for (const row of rows) {
      const key = { name: row["name"] ?? "", version: Number(row["version"]) };
      const secret = await from.unwrap(Buffer.from(row["wrapped"] ?? "", "hex"), key);
      const wrapped = await to.wrap(secret, key);
      secret.fill(0);
      await transaction.query({
        text: "update offramp.data_key set wrapped = $3::bytea, wrapped_by = $4 where name = $1 and version = $2",
        values: [key.name, String(key.version), byteaText(wrapped), to.id],
      });
    }
    return rows.length;
  });
}

/**
 * Lets a role read the wrapped data keys, which are of no use without the key that wrapped them. The role that an
 * application logs in as needs it, not those that its connections switch to.
 *
 * @throws {ServerError} the role does not exist, or this connection may not give the right.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { grantKeyReader } from "@offramp/db/encryption";
 *
 * await grantKeyReader(connect({ url: "postgres://postgres@localhost:5432/clinic" }), "clinic_app");
 */
export async function grantKeyReader(db: Queryable, role: string): Promise<void> {
  await db.query({ text: `grant select on offramp.data_key to ${quoteIdentifier(role)}` });
}

async function wrapNew(
  wrapper: KeyWrapper,
  key: { readonly name: string; readonly version: number },
): Promise<string> {
  const secret = randomBytes(DATA_KEY_BYTES);
  try {
    return byteaText(await wrapper.wrap(secret, key));
  } finally {
    secret.fill(0);
  }
}

function byteaText(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString("hex")}`;
}
