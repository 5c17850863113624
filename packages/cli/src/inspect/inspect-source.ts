import type { Database } from "@offramp/db";
import type { Catalog } from "@offramp/db/conformance";

import { adaptCatalog } from "../schema/adapt-catalog.ts";
import { applicationSchemas, readSourceCatalog } from "../schema/read-source-catalog.ts";
import type { SchemaOptions } from "../schema/schema-options.ts";
import { extensionWayOut, hasExtension } from "../supabase/rds-extensions.ts";
import type { ExtensionFacts, Inspection } from "./inspection.ts";
import { phiCandidates } from "../phi/phi-candidates.ts";
import { planMigration } from "./plan-migration.ts";
import {
  readColumns,
  readManagedTriggers,
  readPolicies,
  readPublications,
  readRoles,
  readSequences,
  readServices,
  readSlots,
  readTables,
} from "./read-objects.ts";
import { readHost, readServer } from "./read-server.ts";

/** Looks at everything that a migration will meet. Changes nothing, and reads no row of the application. */
export async function inspectSource(source: Database, options: SchemaOptions): Promise<Inspection> {
  const host = await readHost(source.description);
  const schemas = await applicationSchemas(source);
  const catalog = await readSourceCatalog(source, schemas);
  const found: Omit<Inspection, "plan"> = {
    server: await readServer(source),
    host,
    tables: await readTables(source, schemas),
    extensions: await readExtensions(source, options.available),
    objects: countByKind(catalog),
    policies: await readPolicies(source, schemas),
    usesOfAuth: usesOfAuth(catalog),
    referencesIntoAuth: referencesIntoAuth(catalog),
    triggersOnManagedTables: await readManagedTriggers(source, schemas),
    sequences: await readSequences(source, schemas),
    publications: await readPublications(source),
    slots: await readSlots(source),
    roles: await readRoles(source),
    services: await readServices(source),
    phiCandidates: phiCandidates(await readColumns(source, schemas)),
  };
  return { ...found, plan: planMigration(found, adaptCatalog(catalog, options).notes) };
}

async function readExtensions(
  source: Database,
  available: ReadonlySet<string> | undefined,
): Promise<readonly ExtensionFacts[]> {
  const rows = await source.query({
    text: `select e.extname as name, e.extversion as version, n.nspname as schema
      from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by 1`,
  });
  return rows.map((row) => {
    const name = row["name"] ?? "";
    const onTarget = hasExtension(name, available);
    const facts = { name, version: row["version"] ?? "", schema: row["schema"] ?? "", onTarget };
    return onTarget ? facts : { ...facts, wayOut: extensionWayOut(name) };
  });
}

function countByKind({ objects }: Catalog): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of objects) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Functions and policies that ask who the caller is. */
function usesOfAuth({ objects }: Catalog): readonly string[] {
  return objects.flatMap(({ kind, schema, parent, name, properties }) => {
    const texts = [
      properties["body"],
      properties["using"],
      properties["check"],
      properties["default"],
      properties["query"],
    ];
    if (!texts.some((text) => /\bauth\.\w+\(/.test(String(text ?? "")))) return [];
    return [`${kind} ${[schema, parent, name].filter((part) => part !== undefined).join(".")}`];
  });
}

function referencesIntoAuth({ objects }: Catalog): readonly string[] {
  return objects.flatMap(({ kind, schema, parent, name, properties }) =>
    kind === "constraint" && / REFERENCES auth\./.test(String(properties["definition"]))
      ? [`${schema}.${parent}: ${name}`]
      : [],
  );
}
