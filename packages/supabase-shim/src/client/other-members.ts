import { notAQuery, refuse } from "./not-a-query.ts";
import type { AnyMember } from "./untyped.ts";

/**
 * What a client has besides queries. The application's real Supabase client has these members, and may stand for
 * them as the option `delegate`.
 *
 * @example
 * ```ts
 * import { createClient, type OtherMembers } from "@offramp/supabase-shim";
 *
 * // In an application: the client that createClient of "@supabase/supabase-js" makes.
 * const delegate: OtherMembers = { auth: { getSession: async () => ({ data: { session: null } }) } };
 * const supabase = createClient("postgres://localhost/clinic", "sb_publishable_key", { delegate });
 * console.log(await supabase.auth.getSession());
 * ```
 */
export interface OtherMembers {
  readonly auth?: AnyMember;
  readonly storage?: AnyMember;
  readonly functions?: AnyMember;
  readonly realtime?: AnyMember;
  channel?(...args: AnyMember[]): AnyMember;
  getChannels?(): AnyMember[];
  removeChannel?(...args: AnyMember[]): AnyMember;
  removeAllChannels?(): AnyMember;
}

/** A member of a delegate, or one that says where it is to be had. */
export function otherMember(
  members: OtherMembers | undefined,
  name: "auth" | "storage" | "functions" | "realtime",
): AnyMember {
  const member: AnyMember = members?.[name];
  return member === undefined ? notAQuery(name) : member;
}

/** Calls a method of a delegate, with the delegate as `this`. */
export function callOther(
  members: OtherMembers | undefined,
  name: "channel" | "getChannels" | "removeChannel" | "removeAllChannels",
  args: readonly AnyMember[],
): AnyMember {
  const method: unknown = members?.[name];
  return typeof method === "function" ? Reflect.apply(method, members, args) : refuse(name);
}

/**
 * The token of whoever is signed in at the delegate; null for nobody. supabase-js runs a client's queries as its
 * signed-in user, so ours do too: else they would have the key's rights, which may be more.
 */
export function sessionTokenOf(members: OtherMembers): () => Promise<string | null | undefined> {
  return async () => {
    // A Supabase client that was itself made with the option accessToken has no sessions, and throws when asked.
    const { accessToken }: { readonly accessToken?: unknown } = members as object;
    if (typeof accessToken === "function")
      return (await Reflect.apply(accessToken, members, [])) as string | null;
    const auth: AnyMember = members.auth;
    if (typeof auth?.getSession !== "function") return null;
    const { data } = (await auth.getSession()) as SessionAnswer;
    return data.session?.access_token;
  };
}

interface SessionAnswer {
  readonly data: { readonly session: { readonly access_token: string } | null };
}
