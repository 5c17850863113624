import type { CatalogObject } from "@offramp/db/conformance";
import { objectLabel } from "@offramp/db/conformance";

import { type Adaptation, adapted, type SchemaNote } from "./adaptation.ts";

/** What the migration `supabase-compat` brings. */
const SERVED = new Set(["uid", "jwt", "role", "email"]);
const CALL = /(?<![\w".])(auth|storage|realtime|vault|net|graphql|cron|pgmq|pgsodium)\.(\w+)\s*(\()?/g;

/** Objects that lean on something of Supabase's that is not there: they are made, and may fail when they run. */
export function noteManagedCalls(adaptation: Adaptation, hasUsers: boolean): Adaptation {
  const notes = adaptation.catalog.objects.flatMap((object): SchemaNote[] => {
    if (object.schema === "auth") return [];
    const missing = new Set(
      textsOf(object).flatMap((text) =>
        [...text.matchAll(CALL)].flatMap(([, schema = "", name = "", call]) => {
          if (schema === "auth" && call !== undefined && SERVED.has(name)) return [];
          if (schema === "auth" && name === "users" && hasUsers) return [];
          return [`${schema}.${name}`];
        }),
      ),
    );
    if (missing.size === 0) return [];
    return [
      {
        what: "changed",
        label: objectLabel(object),
        reason: `It names ${[...missing].join(", ")}, which stays with Supabase: it is made as it is, and fails where it comes to that. Rewrite it.`,
      },
    ];
  });
  return adapted(adaptation, adaptation.catalog.objects, notes);
}

function textsOf({ kind, properties, definition }: CatalogObject): readonly string[] {
  if (kind === "constraint") return [];
  return [definition, ...Object.entries(properties).map(([name, value]) => (name === "comment" ? "" : value))]
    .filter((value) => typeof value === "string")
    .map(String);
}
