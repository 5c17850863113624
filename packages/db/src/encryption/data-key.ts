import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { type ColumnPlace, columnName, type ValuePlace } from "./column-place.ts";
import { EncryptionError } from "./encryption-error.ts";
import { headerOf, NONCE_BYTES, type ParsedValue, TAG_BYTES, TOKEN_BYTES } from "./value-format.ts";

export const DATA_KEY_BYTES = 32;

interface ColumnKeys {
  readonly value: KeyObject;
  readonly token: KeyObject;
}

/**
 * One version of a data key. Each column has keys of its own, derived with HKDF-SHA-256 (RFC 5869): one for its values
 * and one for its search tokens. So equal values of two columns have unequal tokens, and the bound on values under one
 * AES-GCM key with random nonces, 2^32 (NIST SP 800-38D, 8.3), is the column's.
 */
export class DataKey {
  readonly name: string;
  readonly version: number;
  readonly #root: KeyObject;
  readonly #columns = new Map<string, ColumnKeys>();

  constructor(name: string, version: number, secret: Uint8Array) {
    if (secret.length !== DATA_KEY_BYTES) {
      throw new EncryptionError(
        "key",
        `Version ${version} of the data key "${name}" has ${secret.length} bytes, not ${DATA_KEY_BYTES}.`,
      );
    }
    this.name = name;
    this.version = version;
    this.#root = createSecretKey(secret);
  }

  /** `json` as an encrypted value. `equality` is what is equal where values are, for a searchable column. */
  seal(place: ValuePlace, json: string, equality?: string): Buffer {
    const token = equality === undefined ? undefined : this.token(place, equality);
    const header = headerOf(this.name, this.version, token);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#keysOf(place).value, nonce, {
      authTagLength: TAG_BYTES,
    });
    cipher.setAAD(associatedData(header, place));
    const ciphertext = Buffer.concat([cipher.update(json, "utf8"), cipher.final()]);
    return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()]);
  }

  /** @throws {EncryptionError} the value was not sealed with this key for this place. */
  open(place: ValuePlace, { header, nonce, ciphertext, tag }: ParsedValue): string {
    const decipher = createDecipheriv("aes-256-gcm", this.#keysOf(place).value, nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(associatedData(header, place));
    decipher.setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
    } catch {
      throw new EncryptionError(
        "tampered",
        `A value of ${columnName(place)} does not belong to its row and column, or was changed: version ${this.version} of the ` +
          `data key "${this.name}" does not authenticate it there. Was the row's key changed, or the table or column renamed?`,
      );
    }
  }

  /** HMAC-SHA-256, cut to 128 bits: two unequal values of a column share a token with a chance of 2^-128. */
  token(column: ColumnPlace, equality: string): Buffer {
    return createHmac("sha256", this.#keysOf(column).token)
      .update(equality, "utf8")
      .digest()
      .subarray(0, TOKEN_BYTES);
  }

  #keysOf({ schema, table, column }: ColumnPlace): ColumnKeys {
    const name = JSON.stringify([schema, table, column]);
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    const derived = (use: string): KeyObject =>
      createSecretKey(
        Buffer.from(hkdfSync("sha256", this.#root, "", `offramp ${use} 1 ${name}`, DATA_KEY_BYTES)),
      );
    const keys = { value: derived("value"), token: derived("token") };
    this.#columns.set(name, keys);
    return keys;
  }
}

function associatedData(header: Buffer, { schema, table, column, row }: ValuePlace): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify([schema, table, column, ...row]), "utf8")]);
}
