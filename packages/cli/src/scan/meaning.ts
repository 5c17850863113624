import type { Argument } from "./argument.ts";

/**
 * What an expression stands for, as far as the text of the application says it. It holds no syntax tree, so that what
 * one file exports can be kept while another is read.
 */
export type Meaning =
  | { readonly kind: "unknown" }
  /** A Supabase client. Not `sure`: only its name says so. */
  | { readonly kind: "client"; readonly sure: boolean }
  /** `supabase.auth`, `supabase.storage.from`: what lies in a client beside queries. */
  | { readonly kind: "member"; readonly path: readonly string[]; readonly sure: boolean }
  /** A call that is being built: `supabase.from("profiles").select("id")`. */
  | { readonly kind: "chain"; readonly steps: readonly Step[]; readonly sure: boolean }
  /** A function or class of a package of Supabase. */
  | { readonly kind: "external"; readonly from: string; readonly name: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "function"; readonly at: FunctionPlace; readonly returns: Meaning }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Meaning> }
  | { readonly kind: "class"; readonly at: FunctionPlace | undefined; readonly instance: Meaning };

/** One call in a chain: `.eq("id", 7)`. */
export interface Step {
  /** Undefined where the method is computed. */
  readonly method: string | undefined;
  readonly args: readonly Argument[];
}

/** Which function: the file, and where it begins there. */
export interface FunctionPlace {
  readonly file: string;
  readonly start: number;
}

export const UNKNOWN: Meaning = { kind: "unknown" };

/** What something means that may be either. A client outweighs whatever else it may be; of two texts neither is known. */
export function either(one: Meaning, other: Meaning): Meaning {
  if (one === other || other.kind === "unknown") return one;
  if (one.kind === "unknown") return other;
  if (one.kind === "text" && other.kind === "text") return one.value === other.value ? one : UNKNOWN;
  if (one.kind === "object" && other.kind === "object") {
    const fields = new Map(one.fields);
    for (const [name, meaning] of other.fields)
      fields.set(name, either(fields.get(name) ?? UNKNOWN, meaning));
    return { kind: "object", fields };
  }
  if (one.kind === "client" && other.kind === "client") return one.sure ? one : other;
  // The longer chain has what the shorter one has: `let query = …; query = query.eq(…)`.
  if (one.kind === "chain" && other.kind === "chain") return one;
  if (other.kind === "client") return other;
  return one;
}

/** Whether something leads to a client, so that where it is handed on matters. */
export function leadsToClient(meaning: Meaning, depth = 0): boolean {
  switch (meaning.kind) {
    case "client":
    case "member":
    case "chain":
      return true;
    case "external":
      return isFactory(meaning.name);
    case "function":
      return leadsToClient(meaning.returns, depth + 1);
    case "class":
      return leadsToClient(meaning.instance, depth + 1);
    case "object":
      return depth < 4 && [...meaning.fields.values()].some((field) => leadsToClient(field, depth + 1));
    default:
      return false;
  }
}

/** Whether two mean the same: when nothing changes any more, all has been found. */
export function sameMeaning(one: Meaning, other: Meaning): boolean {
  return one === other || signature(one) === signature(other);
}

/** A text that is the same for what means the same. */
function signature(meaning: Meaning, depth = 0): string {
  if (depth > 6) return "…";
  switch (meaning.kind) {
    case "unknown":
      return "";
    case "client":
      return `client:${meaning.sure}`;
    case "member":
      return `member:${meaning.path.join(".")}`;
    case "chain":
      return `chain:${meaning.steps.map(({ method }) => method).join(".")}`;
    case "external":
      return `external:${meaning.from}:${meaning.name}`;
    case "text":
      return `text:${meaning.value}`;
    case "function":
      return `function:${meaning.at.file}:${meaning.at.start}:${signature(meaning.returns, depth + 1)}`;
    case "class":
      return `class:${meaning.at?.file}:${meaning.at?.start}:${signature(meaning.instance, depth + 1)}`;
    case "object":
      return `{${[...meaning.fields].map(([name, field]) => `${name}=${signature(field, depth + 1)}`).join()}}`;
  }
}

/** Functions of Supabase's packages that give a client: `createClient`, `createServerClient`, `useSupabaseClient`. */
export function isFactory(name: string): boolean {
  return (
    /^create\w*Client$/.test(name) ||
    /^(?:use|server)Supabase\w*Client$/.test(name) ||
    /^use\w*Supabase$/.test(name)
  );
}
