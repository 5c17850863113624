import type { Database } from "@offramp/db";
import {
  type Catalog,
  type CatalogObject,
  readCatalog,
  type ReadCatalogOptions,
} from "@offramp/db/conformance";

import { isManagedSchema } from "../supabase/managed-schemas.ts";

/** The schemas of the application: all but PostgreSQL's, Supabase's and Offramp's own. */
export async function applicationSchemas(source: Database): Promise<readonly string[]> {
  const rows = await source.query({
    text: `select nspname as name from pg_namespace
      where nspname not in ('information_schema', 'offramp', 'audit') and nspname !~ '^pg_' order by nspname`,
  });
  return rows.map(({ name }) => name ?? "").filter((name) => !isManagedSchema(name));
}

/**
 * The source's catalog without Supabase's own objects, but for the schema `extensions`, whose extensions the application calls,
 * and triggers that the application put on `auth.users`.
 */
export async function readSourceCatalog(source: Database, schemas: readonly string[]): Promise<Catalog> {
  const options: ReadCatalogOptions = { owners: ["postgres", "supabase_admin"] };
  const own = await readCatalog(source, { ...options, schemas });
  const managed = await readCatalog(source, { ...options, schemas: ["auth", "extensions"] });
  const kept = managed.objects.filter((object) => isApplications(object, schemas));
  const known = new Set(
    own.objects.map((object) => JSON.stringify([object.kind, object.schema, object.parent, object.name])),
  );
  const added = kept.filter(
    (object) => !known.has(JSON.stringify([object.kind, object.schema, object.parent, object.name])),
  );
  const [role] = await source.query({ text: "select current_user as name" });
  // Whoever reads counts as the owner, and an owner's own rights are not told.
  const objects = [...own.objects, ...added].filter(
    ({ kind, name }) => kind !== "grant" || name !== role?.["name"],
  );
  return { ...own, schemas: [...schemas, "extensions", "auth"], objects };
}

function isApplications(object: CatalogObject, schemas: readonly string[]): boolean {
  if (object.kind === "event trigger") return true;
  if (object.kind === "schema") return object.name === "extensions";
  if (object.kind === "grant") return object.on === "schema" && object.parent === "extensions";
  if (object.kind !== "trigger" || object.parent !== "users") return false;
  const calls = /EXECUTE FUNCTION (?:"([^"]+)"|(\w+))\./.exec(String(object.properties["definition"]));
  return schemas.includes(calls?.[1] ?? calls?.[2] ?? "");
}
