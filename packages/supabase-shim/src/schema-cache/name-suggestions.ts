import { fuzzyMatches } from "./fuzzy-match.ts";
import type { QualifiedName } from "./qualified-name.ts";

/** The hint "Perhaps you meant …" for an unknown name. */
export interface NameSuggestions {
  closest(name: string, schema: string): string | undefined;
}

/** In a schema of so many relations PostgREST gives no hint: the comparison would cost too much. */
const TOO_MANY_TABLES = 500;

/** How close a name of a table or function must be, so that hints do not list what is there to whoever guesses. */
const CLOSE_NAME = 0.75;

/** Relations by what an unknown one resembles. */
export function nameSuggestions(names: readonly QualifiedName[]): NameSuggestions {
  const bySchema = new Map<string, string[]>();
  for (const { schema, name } of names) {
    const list = bySchema.get(schema);
    if (list === undefined) bySchema.set(schema, [name]);
    else list.push(name);
  }
  return {
    closest: (name, schema) => {
      const candidates = bySchema.get(schema) ?? [];
      return candidates.length < TOO_MANY_TABLES ? closestName(candidates, name) : undefined;
    },
  };
}

/** The name of a table or function that an unknown one is most like. */
export function closestName(candidates: readonly string[], name: string): string | undefined {
  return fuzzyMatches(candidates, name, CLOSE_NAME)[0]?.text;
}
