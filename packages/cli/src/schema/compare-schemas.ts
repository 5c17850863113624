import {
  type Catalog,
  diffCatalogs,
  type DiffOptions,
  type Finding,
  readCatalog,
} from "@offramp/db/conformance";
import type { Database } from "@offramp/db";

import { adaptCatalog } from "./adapt-catalog.ts";
import type { SchemaNote } from "./adapt/adaptation.ts";
import { applicationSchemas, readSourceCatalog } from "./read-source-catalog.ts";
import type { SchemaOptions } from "./schema-options.ts";

/** What the log holds of a row: following changes it, for as long as it lasts. */
const LOGGED = "replica identity";

/** What a comparison of two schemas found. */
export interface SchemaComparison {
  /** Each names the object and the property, with the SQL that mends the target. */
  readonly findings: readonly Finding[];
  /** Differences that are meant. */
  readonly notes: readonly SchemaNote[];
  /** Objects that were compared, by kind. */
  readonly compared: Readonly<Record<string, number>>;
  /** What was not. */
  readonly notCompared: readonly string[];
}

/**
 * Compares the target's schema with what the source's should have become: tables, columns, types, defaults, constraints,
 * indexes, sequences, functions, triggers, views, policies, grants, extensions.
 *
 * @param options those with which the target was made.
 */
export async function compareSchemas(
  databases: { readonly source: Database; readonly target: Database },
  options: SchemaOptions,
  diff: DiffOptions = {},
): Promise<SchemaComparison> {
  const schemas = await applicationSchemas(databases.source);
  const source = await readSourceCatalog(databases.source, schemas);
  const { catalog, notes } = adaptCatalog(source, options);
  const target = await readTargetCatalog(databases.target, catalog);
  return {
    findings: diffCatalogs(catalog, target, diff).filter(({ property }) => property !== LOGGED),
    notes,
    compared: countByKind(catalog),
    notCompared: [
      "replica identities",
      ...new Set(
        [...source.notCompared, ...target.notCompared].map(({ what, count }) =>
          count === undefined ? what : `${what}: ${count}`,
        ),
      ),
    ],
  };
}

/** The same schemas, without what only the target has for its own running: Supabase's functions in `auth`. */
async function readTargetCatalog(target: Database, wanted: Catalog): Promise<Catalog> {
  const catalog = await readCatalog(target, { schemas: wanted.schemas });
  const inAuth = new Set(
    wanted.objects.filter(({ schema }) => schema === "auth").map(({ kind, name }) => `${kind} ${name}`),
  );
  const objects = catalog.objects.filter(({ kind, schema, name, parent }) => {
    if (kind === "schema" && name === "auth") return false;
    if (kind === "grant" && parent === "auth") return false;
    return schema !== "auth" || inAuth.has(`${kind} ${name}`);
  });
  return { ...catalog, objects };
}

function countByKind({ objects }: Catalog): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of objects) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
