import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { EncryptionError } from "./encryption-error.ts";
import { type KeyWrapper, unwrapWith, wrapWith } from "./key-wrapper.ts";
import { readWrappingKey } from "./wrapping-key-text.ts";

const OTHERS = 0o077;

/**
 * Wraps data keys with a key in a file, for development: whoever reads the file reads everything. The file holds 32
 * random bytes in base64, and no one but its owner may have rights on it. It is read once, when the first key is needed.
 *
 * @throws {EncryptionError} from its methods: the file is missing, holds no key, or others have rights on it.
 *
 * @example
 * import { createLocalKeyFile, localKeyFile } from "@offramp/db/encryption";
 *
 * await createLocalKeyFile(".offramp-key");
 * console.log(localKeyFile(".offramp-key").id);
 */
export function localKeyFile(path: string): KeyWrapper {
  const id = `the key file ${path}`;
  let read: Promise<Buffer> | undefined;
  const key = (): Promise<Buffer> => {
    read ??= readKeyFile(path, id);
    read.catch(() => (read = undefined));
    return read;
  };
  return {
    id,
    wrap: async (secret, name) => wrapWith(await key(), secret, name),
    unwrap: async (wrapped, name) => unwrapWith(await key(), wrapped, { id, name }),
  };
}

/**
 * Writes a new key to a file that only its owner may read. A file that is there is left alone.
 *
 * @throws {Error} the file cannot be written.
 *
 * @example
 * import { createLocalKeyFile } from "@offramp/db/encryption";
 *
 * const made = await createLocalKeyFile(".offramp-key");
 * console.log(made ? "made" : "was there");
 */
export async function createLocalKeyFile(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function readKeyFile(path: string, id: string): Promise<Buffer> {
  let text: string;
  try {
    const { mode } = await stat(path);
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw new EncryptionError(
        "key-service",
        `Others than its owner have rights on ${id}. Run: chmod 600 ${path}`,
      );
    }
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof EncryptionError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
    throw new EncryptionError(
      "key-service",
      `Cannot read ${id} (${code}). createLocalKeyFile() makes one, for development.`,
    );
  }
  return readWrappingKey(text, id);
}
