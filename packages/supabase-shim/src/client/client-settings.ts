import type { Claims } from "../identity/index.ts";
import type { Engine } from "./engine.ts";
import type { OtherMembers } from "./other-members.ts";

export type HeadersLike = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[];

/** What every builder of one client shares. */
export interface ClientSettings extends Pick<Engine, "run"> {
  /** Absent where transactions are not served, as in a recording test. */
  readonly transaction?: Engine["transaction"];
  readonly headers?: HeadersLike | undefined;
  /** Those of `withClaims`. */
  readonly claims?: Claims | undefined;
  /** What the client has besides queries. */
  readonly members?: OtherMembers | undefined;
  /** The schema of tables and functions; undefined is the first exposed one. */
  readonly schema?: string | undefined;
  /** Milliseconds until a call is cancelled; undefined, zero and less mean never. */
  readonly timeout?: number | undefined;
  /** Milliseconds that PostgreSQL lets a statement run; undefined leaves it to the server. */
  readonly statementTimeout?: number | undefined;
  /** Whether a failed read may be tried again. */
  readonly retry?: boolean | undefined;
}

/** A copy: later changes on either side stay on that side. */
export function copyHeaders(headers: HeadersLike | undefined): Headers {
  const copy = new Headers();
  if (headers === undefined) return copy;
  const entries = headers instanceof Headers || Array.isArray(headers) ? headers : Object.entries(headers);
  for (const [name, value] of entries) keepHeader(name, () => copy.append(name, value));
  return copy;
}

/**
 * Node's own error repeats the name and the value, which may be a token.
 *
 * @throws {TypeError} HTTP allows no such name or value.
 */
export function keepHeader(name: unknown, keep: () => void): void {
  try {
    keep();
  } catch {
    const which = typeof name === "string" && HEADER_NAME.test(name) ? `the value of ${name}` : "the name";
    throw new TypeError(`A header cannot be set: HTTP does not allow ${which}.`);
  }
}

/** A token of RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
