/**
 * What went wrong with an encrypted value or with a key:
 * - `key`: a data key is unknown, or was wrapped by another key than the one that is there
 * - `key-service`: KMS, Secrets Manager or the key file did not answer with a key
 * - `tampered`: the value was not written for this row and column, was changed, or is no encrypted value
 * - `invalid-value`: what is to be encrypted is no value of the column's type
 * - `setting`: the schema, the database or an option does not fit
 *
 * @example
 * import type { EncryptionProblem } from "@offramp/db/encryption";
 *
 * const alarming: EncryptionProblem = "tampered";
 * console.log(alarming);
 */
export type EncryptionProblem = "key" | "key-service" | "tampered" | "invalid-value" | "setting";

/**
 * An encrypted value could not be written or read. `message` names the column and the key, and holds neither a value
 * nor any part of a key.
 *
 * @example
 * import { EncryptionError } from "@offramp/db/encryption";
 *
 * function isTampered(error: unknown): boolean {
 *   return error instanceof EncryptionError && error.problem === "tampered";
 * }
 * console.log(isTampered(new Error("another")));
 */
export class EncryptionError extends Error {
  override readonly name = "EncryptionError";
  readonly problem: EncryptionProblem;
  /** Of an invalid value: the SQLSTATE with which PostgreSQL refuses its like. */
  readonly sqlstate: string | undefined;

  constructor(problem: EncryptionProblem, message: string, sqlstate?: string) {
    super(message);
    this.problem = problem;
    this.sqlstate = sqlstate;
  }
}
