import type { EncryptionError } from "@offramp/db/encryption";

/** Whether an encrypted value or its key was the trouble. The configuration may have loaded a copy of the package of its own. */
export function isEncryptionError(error: unknown): error is EncryptionError {
  return error instanceof Error && error.name === "EncryptionError";
}
