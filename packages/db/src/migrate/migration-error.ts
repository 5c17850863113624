/**
 * A migration could not be applied, or must not be. What was applied before it stays; the failed
 * one left nothing. `message` names the migration, the statement's number, and what to do.
 *
 * @example
 * import { connect, migrate, MigrationError } from "@offramp/db";
 *
 * try {
 *   await migrate(connect());
 * } catch (error) {
 *   if (error instanceof MigrationError) console.error(error.message);
 * }
 */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly source: string;
  readonly id: string;
  /** SQLSTATE, when PostgreSQL refused a statement. */
  readonly code: string | undefined;

  constructor(place: { readonly source: string; readonly id: string }, message: string, code?: string) {
    super(message);
    this.source = place.source;
    this.id = place.id;
    this.code = code;
  }
}
