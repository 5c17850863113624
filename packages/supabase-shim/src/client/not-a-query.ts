import type { AnyMember } from "./untyped.ts";

/**
 * Stands for `supabase.auth` and its like. To reach into it does nothing, so that a program which
 * only passes it around keeps working; to call anything in it throws.
 */
export function notAQuery(path: string): AnyMember {
  return new Proxy((): never => refuse(path), {
    get: (_target, member) =>
      isAskedByTheLanguage(member) ? undefined : notAQuery(`${path}.${String(member)}`),
  });
}

/** Throws the error that names the way out. */
export function refuse(path: string): never {
  throw new Error(
    `supabase.${path}() is not part of Offramp, which serves queries. Keep the Supabase client for it during the transition: make one with createClient from "@supabase/supabase-js" and pass it on as createClient(…, { delegate }).`,
  );
}

/** `await` and `JSON.stringify` look for these; they must not find something to call. */
function isAskedByTheLanguage(member: string | symbol): boolean {
  return typeof member === "symbol" || member === "then" || member === "toJSON";
}
