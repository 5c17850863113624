import type { AnyRow } from "./untyped.ts";

/** A part of the Supabase client that is not about queries: it can be reached, but not called. */
export interface NotAQuery {
  (...args: AnyRow[]): AnyRow;
  readonly [member: string]: NotAQuery;
}

/**
 * Stands for `supabase.auth` and its like. To reach into it does nothing, so that a program which
 * only passes it around keeps working; to call anything in it throws.
 */
export function notAQuery(path: string): NotAQuery {
  const target = (): never => refuse(path);
  return new Proxy(target, {
    get: (_target, member) =>
      isAskedByTheLanguage(member) ? undefined : notAQuery(`${path}.${String(member)}`),
    apply: () => refuse(path),
  }) as unknown as NotAQuery;
}

/** Throws the error that names the way out. */
export function refuse(path: string): never {
  throw new Error(
    `supabase.${path}() is not part of Offramp, which serves queries. Keep the Supabase client for it during the transition: make one with createClient from "@supabase/supabase-js" beside this one and call ${path}() there.`,
  );
}

/** `await` and `JSON.stringify` look for these; they must not find something to call. */
function isAskedByTheLanguage(member: string | symbol): boolean {
  return typeof member === "symbol" || member === "then" || member === "toJSON";
}
