import type { QualifiedName } from "./qualified-name.ts";
import { fuzzyMatches } from "./fuzzy-match.ts";

/** The hint "Perhaps you meant …" for an unknown name. */
export interface NameSuggestions {
  closest(name: string, schema: string): string | undefined;
}

export function nameSuggestions(names: readonly QualifiedName[]): NameSuggestions {
  const bySchema = new Map<string, string[]>();
  for (const { schema, name } of names) bySchema.set(schema, [...(bySchema.get(schema) ?? []), name]);
  return {
    closest: (name, schema) => fuzzyMatches(bySchema.get(schema) ?? [], name)[0]?.text,
  };
}
