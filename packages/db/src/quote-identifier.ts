/**
 * An identifier as PostgreSQL reads it back exactly: in double quotes, with inner quotes doubled.
 * One name is quoted, so a dot stays part of it; for `schema.table` quote both and join them.
 *
 * @throws {TypeError} the name is empty or holds the character NUL, which PostgreSQL cannot store.
 *
 * @example
 * import { quoteIdentifier } from "@offramp/db";
 *
 * const table: string = `${quoteIdentifier("public")}.${quoteIdentifier('odd "name"')}`;
 * // "public"."odd ""name"""
 */
export function quoteIdentifier(name: string): string {
  if (name === "") throw new TypeError("an identifier must not be empty");
  if (name.includes("\0")) throw new TypeError("an identifier must not contain the character NUL");
  return `"${name.replaceAll('"', '""')}"`;
}
