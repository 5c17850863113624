import type { CatalogObject } from "@offramp/db/conformance";

import { type Adaptation, adapted } from "./adaptation.ts";

/** Takes policies and row level security away. Every right is then a grant's alone. */
export function stripRowSecurity(adaptation: Adaptation): Adaptation {
  let policies = 0;
  const tables = new Set<string>();
  const objects = adaptation.catalog.objects.flatMap((object): CatalogObject[] => {
    if (object.kind === "policy") {
      policies += 1;
      tables.add(`${object.schema}.${object.parent}`);
      return [];
    }
    if (object.kind !== "table" || object.properties["row level security"] !== true) return [object];
    tables.add(`${object.schema}.${object.name}`);
    const properties = {
      ...object.properties,
      "row level security": false,
      "forced row level security": false,
    };
    return [{ ...object, properties }];
  });
  return adapted(adaptation, objects, [
    {
      what: "left",
      label: `${policies} policies on ${tables.size} tables`,
      reason:
        "--without-rls: whoever holds a grant on these tables, anon and authenticated included, now sees and changes every row. The application has to check each access, or the grants have to go.",
    },
  ]);
}
