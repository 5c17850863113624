import type { Catalog, CatalogObject } from "@offramp/db/conformance";

/** Something that is not on the target as it was on the source. */
export interface SchemaNote {
  /** `changed`: it is there, otherwise. `left`: it is not there. */
  readonly what: "changed" | "left";
  /** The object as people read it. */
  readonly label: string;
  /** Why, and what to do. */
  readonly reason: string;
}

/** A schema on its way from Supabase to a PostgreSQL of one's own. */
export interface Adaptation {
  readonly catalog: Catalog;
  readonly notes: readonly SchemaNote[];
}

/** Replaces the objects and adds notes. */
export function adapted(
  adaptation: Adaptation,
  objects: readonly CatalogObject[],
  notes: readonly SchemaNote[] = [],
): Adaptation {
  return {
    catalog: { ...adaptation.catalog, objects },
    notes: [...adaptation.notes, ...notes],
  };
}
