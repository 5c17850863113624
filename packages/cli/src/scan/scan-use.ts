/**
 * What becomes of a use of supabase-js.
 *
 * - `supported`: it works as it is, with the import swapped.
 * - `note`: it works, and something about it should be known.
 * - `dynamic`: what it does is decided when it runs, so a person must look.
 * - `notServed`: it is no query, or one that is refused; `remedy` is the way out.
 * - `unread`: a file that could not be read or parsed, so nobody knows what it uses.
 */
export type Verdict = "supported" | "note" | "dynamic" | "notServed" | "unread";

/** One thing to know about a use. */
export interface Issue {
  /** Which kind of issue: `auth`, `query/syntax`, `dynamic/name` … */
  readonly rule: string;
  readonly verdict: Exclude<Verdict, "supported">;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** One use of supabase-js: an import, the making of a client, a call. */
export interface ScanUse {
  /** From the scanned folder, with `/`. */
  readonly file: string;
  /** Both from 1; columns count UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** In short: `from("profiles").select().eq()`. */
  readonly what: string;
  /** The worst of its issues; `supported` without one. */
  readonly verdict: Verdict;
  readonly issues: readonly Issue[];
}

const ORDER: readonly Verdict[] = ["supported", "note", "dynamic", "notServed", "unread"];

/** The worst verdict of all. */
export function worst(issues: readonly { readonly verdict: Verdict }[]): Verdict {
  return issues.reduce<Verdict>(
    (so, { verdict }) => (ORDER.indexOf(verdict) > ORDER.indexOf(so) ? verdict : so),
    "supported",
  );
}

/** Whether a person must look at it. */
export function needsWork(verdict: Verdict): boolean {
  return verdict === "dynamic" || verdict === "notServed" || verdict === "unread";
}
