import { readFile } from "node:fs/promises";
import type { Catalog, CatalogObject } from "../catalog/catalog.ts";
import { objectKey } from "../catalog/catalog.ts";
import { readCatalog, type ReadCatalogOptions } from "../catalog/read-catalog.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { labelMatcher } from "./label-matcher.ts";
import { type MonthlyPartitions, ofMonths } from "./monthly-partitions.ts";
import { packageRoot } from "../package-root.ts";
import type { Database } from "../port.ts";

const FORMAT = 1;

/**
 * What migrations make, kept in a file beside them: the catalog of a fresh database to which they were applied.
 *
 * @example
 * import { type Manifest, readManifest } from "@offramp/db/conformance";
 *
 * const manifest: Manifest = await readManifest("./migrations/manifest.json");
 * console.log(manifest.objects.length);
 */
export interface Manifest extends Catalog {
  readonly format: typeof FORMAT;
  /** Patterns of what changes while the application runs. */
  readonly ignore: readonly string[];
  /** Tables whose partitions come and go with the months. */
  readonly monthly?: readonly MonthlyPartitions[];
}

/**
 * How {@link manifestOf} reads.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { manifestOf, type ManifestOptions } from "@offramp/db/conformance";
 *
 * const options: ManifestOptions = { schemas: ["public"], ignore: ["* public.visits_2*"] };
 * console.log((await manifestOf(connect(), options)).schemas);
 */
export interface ManifestOptions extends ReadCatalogOptions {
  /** Patterns of labels, as in {@link DiffOptions}; what they match is left out, here and wherever it is compared. */
  readonly ignore?: readonly string[];
  /** Tables whose partitions come and go with the months: they are left out, and {@link checkConformance} knows of them. */
  readonly monthly?: readonly MonthlyPartitions[];
}

/**
 * The manifest of a database: make it of a fresh one to which the migrations were applied, and commit it as JSON. Then
 * {@link checkConformance} needs no second database.
 *
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { clinicMigrations, connect, folderMigrations, migrate } from "@offramp/db";
 * import { manifestOf, renderManifest } from "@offramp/db/conformance";
 * import { throwawayPostgres } from "@offramp/db/testing";
 *
 * const postgres = await throwawayPostgres();
 * const db = connect({ url: (await postgres.createDatabase()).url });
 * await migrate(db, [clinicMigrations, folderMigrations("billing", "./migrations")]);
 * await writeFile("./migrations/manifest.json", renderManifest(await manifestOf(db)));
 * await db.close();
 * await postgres.stop();
 */
export async function manifestOf(db: Database, options: ManifestOptions = {}): Promise<Manifest> {
  const { ignore = [], monthly = [], ...reading } = options;
  const { objects, ...catalog } = await readCatalog(db, reading);
  const [ignored, isOfMonth] = [labelMatcher(ignore), ofMonths(monthly)];
  return {
    format: FORMAT,
    ...catalog,
    ignore,
    ...(monthly.length > 0 && { monthly }),
    objects: objects.filter((object) => !ignored(object) && !isOfMonth(object)),
  };
}

/**
 * A manifest as JSON with one object a line, so that a diff of two of its versions is one of objects.
 *
 * @example
 * import { clinicManifest, renderManifest } from "@offramp/db/conformance";
 *
 * console.log(renderManifest(await clinicManifest()).split("\n").length);
 */
export function renderManifest(manifest: Manifest): string {
  const { objects, ...head } = manifest;
  const lines = objects.map((object) => `    ${JSON.stringify(object)}`).toSorted();
  return `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "objects": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

/**
 * Reads a manifest from the file that {@link renderManifest} was written to.
 *
 * @throws {ConfigurationError} the file is not there, or is no manifest of this version.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, readManifest } from "@offramp/db/conformance";
 *
 * const manifest = await readManifest(new URL("./migrations/manifest.json", import.meta.url));
 * console.log((await checkConformance(connect(), undefined, { manifest })).conforms);
 */
export async function readManifest(file: URL | string): Promise<Manifest> {
  const place = typeof file === "string" ? file : file.pathname;
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    throw new ConfigurationError(`readManifest: the file ${place} cannot be read`);
  }
  const value = parse(text);
  if (!isManifest(value)) {
    throw new ConfigurationError(
      `readManifest: ${place} is no manifest that this version reads; make it anew`,
    );
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The format number stands for the shape: only {@link renderManifest} writes it. */
function isManifest(value: unknown): value is Manifest {
  return typeof value === "object" && value !== null && "format" in value && value.format === FORMAT;
}

/**
 * What the clinic's migrations (`clinicMigrations`) make.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, clinicManifest, renderText } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * const report = await checkConformance(connect(), schema, { manifest: await clinicManifest() });
 * console.log(renderText(report));
 */
export function clinicManifest(): Promise<Manifest> {
  return readManifest(new URL("manifests/clinic.json", packageRoot));
}

/** Several manifests as one; of an object that is in more than one, the first counts. */
export function mergeManifests(manifests: readonly Manifest[]): Manifest | undefined {
  const [first] = manifests;
  if (first === undefined) return undefined;
  const objects = new Map<string, CatalogObject>();
  for (const manifest of manifests) {
    for (const object of manifest.objects) {
      const key = objectKey(object);
      if (!objects.has(key)) objects.set(key, object);
    }
  }
  return {
    ...first,
    schemas: [...new Set(manifests.flatMap(({ schemas }) => schemas))],
    objects: [...objects.values()],
    ignore: manifests.flatMap(({ ignore }) => ignore),
    monthly: manifests.flatMap(({ monthly = [] }) => monthly),
    notCompared: [],
    hasMarks: manifests.every(({ hasMarks }) => hasMarks),
    hasRoles: manifests.some(({ hasRoles }) => hasRoles === true),
    hasPublications: manifests.some(({ hasPublications }) => hasPublications === true),
  };
}
