import { type Meaning, UNKNOWN } from "./meaning.ts";

/** Members of a client in which there is more than queries. */
const AREAS = new Set(["auth", "storage", "functions", "realtime"]);

/** What a member of something means. */
export function memberOf(meaning: Meaning, name: string): Meaning {
  switch (meaning.kind) {
    case "object":
      return meaning.fields.get(name) ?? UNKNOWN;
    case "external":
      return meaning.name === "*" ? { ...meaning, name } : UNKNOWN;
    case "class":
      return UNKNOWN;
    case "client":
      // A client has neither: they belong to the box that a framework puts it in.
      if (name === "current" || name === "value") return meaning;
      return AREAS.has(name) ? { kind: "member", path: [name], sure: meaning.sure } : UNKNOWN;
    case "member":
      return { ...meaning, path: [...meaning.path, name] };
    default:
      return UNKNOWN;
  }
}

/** What a name alone says: `supabase`, `supabaseAdmin`, `$supabase` stand for clients in nearly every application. */
export function takesName(name: string): Meaning {
  return /^[$_#]?(?:\w*[sS]upabase|supabase\w*|\w*Supabase(?:Client|Admin)?)$/.test(name) &&
    !/(?:url|key|options|config|settings|error|response|token|user|session|storage|provider|context|schema|types?|query|id)$/i.test(
      name,
    )
    ? { kind: "client", sure: false }
    : UNKNOWN;
}
