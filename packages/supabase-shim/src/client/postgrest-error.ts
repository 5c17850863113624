/**
 * What a call rejects with after `throwOnError()`. Without it the same fields come back as a plain
 * object in `error`, as they do from supabase-js.
 *
 * @example
 * ```ts
 * import { createClient, PostgrestError } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * try {
 *   await supabase.from("profiles").insert({ email: "ada@example.com" }).throwOnError();
 * } catch (error) {
 *   if (error instanceof PostgrestError && error.code === "23505") console.log("already there");
 *   else throw error;
 * }
 * ```
 */
export class PostgrestError extends Error {
  /** More about what happened, where there is more. For some codes PostgREST gives a list here. */
  details: string;
  /** What to do about it, where that is known. */
  hint: string;
  /** A PostgreSQL error code, or a PostgREST one that begins with `PGRST`. */
  code: string;

  constructor(context: { message: string; details: string; hint: string; code: string }) {
    super(context.message);
    this.name = "PostgrestError";
    this.details = context.details;
    this.hint = context.hint;
    this.code = context.code;
  }

  /** The fields as a plain object, so that `JSON.stringify` shows them. */
  toJSON(): { name: string; message: string; details: string; hint: string; code: string } {
    const { name, message, details, hint, code } = this;
    return { name, message, details, hint, code };
  }
}

/**
 * The error of a query, by supabase-js's other name.
 *
 * @example
 * ```ts
 * import type { QueryError } from "@offramp/supabase-shim";
 *
 * export function describe(error: QueryError): string {
 *   return `${error.code}: ${error.message}`;
 * }
 * ```
 */
export type QueryError = PostgrestError;
