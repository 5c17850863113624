import { type Catalog, type CatalogObject, objectKey } from "../catalog/catalog.ts";
import { readCatalog, type ReadCatalogOptions } from "../catalog/read-catalog.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import type { Database } from "../port.ts";
import { compareCatalogs, type DiffOptions } from "./diff-catalogs.ts";
import type { Finding } from "./finding.ts";
import { type Manifest, mergeManifests } from "./manifest.ts";
import { objectsOfMonths } from "./monthly-partitions.ts";
import type { ConformanceReport } from "./report.ts";

/**
 * What {@link checkConformance} compares with, and what it leaves out.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, type ConformanceOptions, readManifest } from "@offramp/db/conformance";
 *
 * const options: ConformanceOptions = {
 *   manifest: await readManifest("./migrations/manifest.json"),
 *   ignore: ["grant on * to reporting"],
 * };
 * console.log((await checkConformance(connect(), undefined, options)).conforms);
 */
export interface ConformanceOptions extends DiffOptions {
  /** What the migrations make: functions, triggers, grants and all the rest that Drizzle has no word for. */
  readonly manifest?: Manifest | readonly Manifest[];
  /** Default: those of the manifest and of the schema module. */
  readonly schemas?: readonly string[];
  /** As in {@link ReadCatalogOptions}: the roles that own what the migrations made, if not the one that checks. */
  readonly owners?: readonly string[];
}

/**
 * Compares a live database with a Drizzle schema module, with what the migrations make, or with both. It changes nothing.
 *
 * With a schema module it makes temporary tables in a transaction that it rolls back, so that PostgreSQL itself says what
 * the module means: it needs the right TEMPORARY, and a primary. Where the module has an enum that the database has not,
 * it also needs CREATE on its schema. With a manifest alone it only reads.
 *
 * @param schema what `import * as schema from "./schema"` gives, or `undefined` to compare with a manifest alone.
 * @throws {ConfigurationError} neither a schema nor a manifest was given, or the module holds no table.
 * @throws {ServerError | ConnectionError} the catalog could not be read.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, clinicManifest, renderText } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * const db = connect();
 * const report = await checkConformance(db, schema, { manifest: await clinicManifest() });
 * console.log(renderText(report));
 * await db.close();
 */
export async function checkConformance(
  db: Database,
  schema: object | undefined,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const listed = mergeManifests(listOf(options.manifest));
  if (schema === undefined && listed === undefined) {
    throw new ConfigurationError(
      "checkConformance: give a Drizzle schema module, a manifest of the migrations, or both",
    );
  }
  const described = schema === undefined ? [] : schemasIn(schema);
  const schemas = options.schemas ?? [...new Set([...(listed?.schemas ?? []), ...described])];
  const reading: ReadCatalogOptions = {
    schemas,
    ...(options.owners !== undefined && { owners: options.owners }),
    ...(listed?.hasRoles === true && { roles: rolesOf(listed) }),
    ...(listed?.hasPublications === true && { publications: true }),
  };
  const found = await readCatalog(db, reading);
  const manifest = listed && { ...listed, objects: [...listed.objects, ...objectsOfMonths(listed, found)] };
  const ignore = [...(options.ignore ?? []), ...(manifest?.ignore ?? [])];
  const scope = { ignore, ...(options.unexpected !== undefined && { unexpected: options.unexpected }) };

  const byMigrations =
    manifest === undefined ? [] : compareCatalogs(manifest, found, { ...scope, source: "migrations" });
  const expected = schema === undefined ? undefined : await describedBy(db, schema, found);
  const bySchema =
    expected === undefined
      ? []
      : compareCatalogs(expected, found, {
          ...scope,
          source: "schema",
          speaksOf: describes(expected, manifest),
        });
  const findings = joined(byMigrations, bySchema);

  return {
    database: db.description,
    serverVersion: found.serverVersion,
    against: [
      ...(manifest === undefined ? [] : (["migrations"] as const)),
      ...(schema === undefined ? [] : (["schema"] as const)),
    ],
    schemas,
    conforms: findings.every(({ severity }) => severity === "note"),
    findings,
    compared: countByKind([...(manifest?.objects ?? []), ...(expected?.objects ?? [])]),
    notCompared: [...found.notCompared, ...(expected?.notCompared ?? [])],
  };
}

/** Drizzle is loaded when there is a schema of it: that takes a second. */
async function describedBy(db: Database, schema: object, found: Catalog): Promise<Catalog> {
  const { expectedCatalog } = await import("../drizzle-catalog/expected-catalog.ts");
  return expectedCatalog(db, schema, found);
}

/** Also those that are granted nothing any more. */
function rolesOf({ objects }: Catalog): readonly string[] {
  return objects.flatMap(({ kind, name }) => (kind === "role" ? [name] : []));
}

function listOf(manifests: Manifest | readonly Manifest[] | undefined): readonly Manifest[] {
  if (manifests === undefined) return [];
  return "format" in manifests ? [manifests] : manifests;
}

/** By Drizzle's registered symbols, as the marks are found: two copies of Drizzle make no difference. */
function schemasIn(module: object): readonly string[] {
  const tables = Object.values(module).filter(
    (value: unknown): value is Record<symbol, unknown> =>
      typeof value === "object" && value !== null && Symbol.for("drizzle:Columns") in value,
  );
  if (tables.length === 0) {
    throw new ConfigurationError(
      "checkConformance: the schema module holds no Drizzle table; pass `import * as schema from …`",
    );
  }
  return tables.map((table) => {
    const name = table[Symbol.for("drizzle:Schema")];
    return typeof name === "string" ? name : "public";
  });
}

/**
 * Of what is there besides, a schema module has a say on tables of its schemas, and on what is on its own tables; not on
 * what the migrations make, which Drizzle may have no word for.
 */
function describes(expected: Catalog, manifest: Manifest | undefined): (object: CatalogObject) => boolean {
  const made = new Set(manifest?.objects.map(objectKey));
  const tables = new Set(expected.objects.map(({ kind, schema, name }) => `${kind} ${schema}.${name}`));
  const kinds = new Set(expected.objects.map(({ kind }) => kind));
  return (object) => {
    const { kind, schema, parent, properties } = object;
    if (made.has(objectKey(object))) return false;
    switch (kind) {
      case "table":
        // A partition is how its table is kept.
        return properties["partition of"] === null;
      case "column":
      case "constraint":
      case "index":
      case "phi mark":
      case "data subject":
        return tables.has(`table ${schema}.${parent}`);
      case "policy":
        return kinds.has("policy") && tables.has(`table ${schema}.${parent}`);
      case "view":
      case "materialized view":
      case "enum":
        return kinds.has(kind);
      default:
        return false;
    }
  };
}

/** The manifest says more about an object, so what both found is told once. */
function joined(byMigrations: readonly Finding[], bySchema: readonly Finding[]): readonly Finding[] {
  const keyOf = ({ object, problem, property }: Finding): string =>
    `${objectKey(object)} ${problem} ${property ?? ""}`;
  const told = new Set(byMigrations.map(keyOf));
  return [...byMigrations, ...bySchema.filter((finding) => !told.has(keyOf(finding)))];
}

function countByKind(objects: readonly CatalogObject[]): Readonly<Record<string, number>> {
  const kinds = new Map<string, Set<string>>();
  for (const object of objects) {
    kinds.set(object.kind, (kinds.get(object.kind) ?? new Set()).add(objectKey(object)));
  }
  return Object.fromEntries([...kinds].map(([kind, keys]) => [kind, keys.size]));
}
