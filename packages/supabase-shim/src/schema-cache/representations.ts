import type { QualifiedName } from "./qualified-name.ts";

/** A function by which an API shows a domain's values, or reads them: JSON or text in, or out. */
export interface RepresentationCast {
  /** Types as `format_type` prints them. */
  readonly source: string;
  readonly target: string;
  readonly routine: QualifiedName;
}

/** How an API shows and reads a domain's values, where the database has functions for it. PostgREST, "Domain Representations". */
export interface Representation {
  readonly toJson?: QualifiedName;
  readonly fromJson?: QualifiedName;
  readonly fromText?: QualifiedName;
}

/** Representations by the domain's name, as `format_type` prints it. A domain is never JSON or text itself. */
export function deriveRepresentations(
  casts: readonly RepresentationCast[],
): ReadonlyMap<string, Representation> {
  const byType = new Map<string, Representation>();
  for (const { source, target, routine } of casts) {
    if (target === "json") byType.set(source, { ...byType.get(source), toJson: routine });
    else if (source === "json") byType.set(target, { ...byType.get(target), fromJson: routine });
    else if (source === "text") byType.set(target, { ...byType.get(target), fromText: routine });
  }
  return byType;
}
