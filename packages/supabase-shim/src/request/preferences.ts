export type CountKind = "exact" | "planned" | "estimated";

/** The `Prefer` header, or its equal from the builder. PostgREST, "Prefer Header". */
export interface Preferences {
  readonly return?: "representation" | "minimal" | "headers-only";
  readonly count?: CountKind;
  readonly resolution?: "merge-duplicates" | "ignore-duplicates";
  readonly missing?: "default" | "null";
  readonly handling?: "strict" | "lenient";
  readonly transaction?: "commit" | "rollback";
  readonly maxAffected?: number;
  readonly timezone?: string;
  /** Preferences that are not known; an error under `handling=strict`. */
  readonly invalid?: readonly string[];
}
