import type { CatalogObject } from "@offramp/db/conformance";
import { objectLabel } from "@offramp/db/conformance";

import type { UsersPlan } from "../schema-options.ts";
import { SLIM_USERS } from "../slim-users.ts";
import { type Adaptation, adapted, type SchemaNote } from "./adaptation.ts";

const INTO_AUTH = /^(FOREIGN KEY \(.*?\) REFERENCES )auth\.(\w+|"[^"]+")\(([^)]*)\)(.*)$/;

/** Foreign keys into Supabase's accounts lead to what takes their place. */
export function adaptUsers(adaptation: Adaptation, plan: UsersPlan): Adaptation {
  const notes: SchemaNote[] = [];
  const objects = adaptation.catalog.objects.flatMap((object): CatalogObject[] => {
    if (object.kind === "trigger" && object.schema === "auth" && plan.kind !== "slim") {
      const reason =
        "It is on auth.users, which is not there: make it on the table that your accounts are in.";
      notes.push({ what: "left", label: objectLabel(object), reason });
      return [];
    }
    const reference =
      object.kind === "constraint" ? INTO_AUTH.exec(String(object.properties["definition"])) : null;
    if (reference === null) return [object];
    const [, head = "", table = "", columns = "", tail = ""] = reference;
    const label = objectLabel(object);
    if (table !== "users" || (plan.kind !== "slim" && columns !== "id")) {
      notes.push({
        what: "left",
        label,
        reason: `It refers to auth.${table} (${columns}), which stays with Supabase.`,
      });
      return [];
    }
    switch (plan.kind) {
      case "slim":
        return [object];
      case "drop":
        notes.push({ what: "left", label, reason: "References into auth.users go (--users drop)." });
        return [];
      case "table": {
        const target = `${quoted(plan.schema)}.${quoted(plan.name)}`;
        notes.push({
          what: "changed",
          label,
          reason: `It refers to ${target} (${plan.column}) instead of auth.users.`,
        });
        const definition = `${head}${target}(${quoted(plan.column)})${tail}`;
        return [{ ...object, properties: { ...object.properties, definition } }];
      }
    }
  });
  if (plan.kind !== "slim") return adapted(adaptation, objects, notes);
  return adapted(
    adaptation,
    [...objects, ...SLIM_USERS],
    [
      ...notes,
      {
        what: "changed",
        label: "table auth.users",
        reason:
          "A slim one takes its place: id, email, phone, names and dates, without passwords and tokens. Your new sign-in writes it.",
      },
    ],
  );
}

/** Quoted where PostgreSQL's own text of a definition would quote it. */
function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
