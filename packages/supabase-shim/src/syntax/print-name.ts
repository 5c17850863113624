import { quoteValue } from "./quoted-value.ts";

/** A name as `readName` reads it back. Quoted when it holds blanks too, since supabase-js removes those from a select. */
export function printName(name: string): string {
  return /^[\p{L}0-9_$]+(?:-[\p{L}0-9_$]+)*$/u.test(name) ? name : quoteValue(name);
}

/** A cast or a text search language, which cannot be quoted. An empty one can only be written as a blank. */
export function printIdentifier(identifier: string): string {
  return identifier === "" ? " " : identifier;
}
