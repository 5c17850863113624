import type { Anything } from "./any.ts";

/*
 * Names of supabase's auth, for applications that mention them in their own signatures. They have the same fields as
 * there, so values of the delegate fit.
 */

/**
 * A user, as `auth.getUser()` gives one.
 *
 * @example
 * ```ts
 * import type { User } from "@offramp/supabase-shim";
 *
 * export function displayName(user: User): string {
 *   return user.email ?? user.id;
 * }
 * ```
 */
export interface User {
  id: string;
  app_metadata: { provider?: string; providers?: string[]; [key: string]: Anything };
  user_metadata: { [key: string]: Anything };
  aud: string;
  /** Times are ISO 8601 texts. */
  created_at: string;
  role?: string;
  email?: string;
  phone?: string;
  is_anonymous?: boolean;
  is_sso_user?: boolean;
  action_link?: string;
  banned_until?: string;
  confirmation_sent_at?: string;
  confirmed_at?: string;
  deleted_at?: string;
  email_change_sent_at?: string;
  email_confirmed_at?: string;
  factors?: Anything[];
  identities?: UserIdentity[];
  invited_at?: string;
  last_sign_in_at?: string;
  new_email?: string;
  new_phone?: string;
  phone_confirmed_at?: string;
  recovery_sent_at?: string;
  updated_at?: string;
}

/**
 * One way in which a user signs in.
 *
 * @example
 * ```ts
 * import type { User, UserIdentity } from "@offramp/supabase-shim";
 *
 * export function identities(user: User): UserIdentity[] {
 *   return user.identities ?? [];
 * }
 * ```
 */
export interface UserIdentity {
  id: string;
  user_id: string;
  identity_id: string;
  provider: string;
  identity_data?: { [key: string]: Anything };
  created_at?: string;
  last_sign_in_at?: string;
  updated_at?: string;
}

/**
 * A signed-in user with the tokens, as `auth.getSession()` gives one.
 *
 * @example
 * ```ts
 * import type { Session } from "@offramp/supabase-shim";
 *
 * export function isFresh(session: Session): boolean {
 *   return (session.expires_at ?? 0) * 1000 > Date.now();
 * }
 * ```
 */
export interface Session {
  access_token: string;
  refresh_token: string;
  /** Seconds until the access token expires. */
  expires_in: number;
  /** Seconds since 1970. */
  expires_at?: number;
  token_type: "bearer";
  provider_token?: string | null;
  provider_refresh_token?: string | null;
  user: User;
}

/**
 * What the members of `auth` give as `error`.
 *
 * @example
 * ```ts
 * import type { AuthError } from "@offramp/supabase-shim";
 *
 * export function describe(error: AuthError): string {
 *   return `${error.code ?? error.name}: ${error.message}`;
 * }
 * ```
 */
export interface AuthError extends Error {
  code: string | undefined;
  /** The HTTP status. */
  status: number | undefined;
}

/**
 * What `auth.onAuthStateChange()` tells of.
 *
 * @example
 * ```ts
 * import type { AuthChangeEvent, Session } from "@offramp/supabase-shim";
 *
 * export function onChange(event: AuthChangeEvent, session: Session | null): void {
 *   console.log(event, session?.user.id);
 * }
 * ```
 */
export type AuthChangeEvent =
  | "INITIAL_SESSION"
  | "PASSWORD_RECOVERY"
  | "SIGNED_IN"
  | "SIGNED_OUT"
  | "TOKEN_REFRESHED"
  | "USER_UPDATED"
  | "MFA_CHALLENGE_VERIFIED";

/**
 * What `auth.getUser()` resolves to.
 *
 * @example
 * ```ts
 * import type { UserResponse } from "@offramp/supabase-shim";
 *
 * export function userId({ data, error }: UserResponse): string | null {
 *   return error ? null : data.user.id;
 * }
 * ```
 */
export type UserResponse = AuthResult<{ user: User }>;

/**
 * What `auth.signUp()` and `auth.verifyOtp()` resolve to.
 *
 * @example
 * ```ts
 * import type { AuthResponse } from "@offramp/supabase-shim";
 *
 * export function isSignedIn({ data }: AuthResponse): boolean {
 *   return data.session !== null;
 * }
 * ```
 */
export type AuthResponse = AuthResult<{ user: User | null; session: Session | null }>;

type AuthResult<Data> =
  | { data: Data; error: null }
  | { data: { [Key in keyof Data]: null }; error: AuthError };

/**
 * What the link of an email is for, as `auth.verifyOtp()` takes it.
 *
 * @example
 * ```ts
 * import type { EmailOtpType } from "@offramp/supabase-shim";
 *
 * export const type = new URL("https://clinic.example/?type=signup").searchParams.get("type") as EmailOtpType | null;
 * ```
 */
export type EmailOtpType =
  | "signup"
  | "invite"
  | "magiclink"
  | "recovery"
  | "email_change"
  | "email"
  | (string & {});
