import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { migration, type MigrationSettings } from "./make-migration.ts";
import type { Migration, MigrationSource } from "./migration.ts";

/** `-- offramp: lock_timeout 60s`, on a line of its own. */
const LOCK_TIMEOUT = /^--\s*offramp:\s*lock_timeout\s+(\S.*?)\s*$/m;
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000 };

const BREAKPOINT = /-->\s*statement-breakpoint/;

/**
 * The migrations of a folder: one that drizzle-kit writes (in the order of its journal), or plain
 * files named `0000_what_it_does.sql` (in the order of their numbers). A line
 * `--> statement-breakpoint` ends a statement; without one, a file is run as a whole. A line
 * `-- offramp: lock_timeout 60s` (`ms`, `s` or `min`) sets how long the file's statements wait for a lock.
 *
 * @example
 * import { connect, folderMigrations, migrate } from "@offramp/db";
 *
 * await migrate(connect(), [folderMigrations("billing", new URL("./migrations/", import.meta.url))]);
 */
export function folderMigrations(name: string, folder: URL | string): MigrationSource {
  const base =
    typeof folder === "string"
      ? pathToFileURL(folder.endsWith("/") ? folder : `${folder}/`)
      : withSlash(folder);
  return { name, migrations: () => readFolder(name, base) };
}

async function readFolder(name: string, folder: URL): Promise<readonly Migration[]> {
  const files = await listFiles(name, folder);
  const ids = files.includes("meta") ? await readJournal(name, folder) : numbered(name, files);
  return Promise.all(
    ids.map(async (id) => {
      const text = await readText(name, new URL(`${encodeURIComponent(id)}.sql`, folder));
      return migration(
        id,
        text
          .split(BREAKPOINT)
          .map((statement) => statement.trim())
          .filter((statement) => statement !== ""),
        readSettings(name, id, text),
      );
    }),
  );
}

function readSettings(name: string, id: string, text: string): MigrationSettings {
  const written = LOCK_TIMEOUT.exec(text)?.[1];
  if (written === undefined) return {};
  const [, amount = "", unit = ""] = /^(\d+)(ms|s|min)$/.exec(written) ?? [];
  const factor = MILLISECONDS[unit];
  if (factor === undefined) {
    throw new ConfigurationError(
      `folderMigrations("${name}"): ${id}.sql asks for a lock_timeout of ${written}; write it like 500ms, 60s or 2min`,
    );
  }
  return { lockTimeoutMs: Number(amount) * factor };
}

async function listFiles(name: string, folder: URL): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    throw new ConfigurationError(
      `folderMigrations("${name}"): the folder ${fileURLToPath(folder)} cannot be read`,
    );
  }
}

function numbered(name: string, files: readonly string[]): string[] {
  const ids = files.filter((file) => file.endsWith(".sql")).map((file) => file.slice(0, -".sql".length));
  const odd = ids.find((id) => !/^\d{4}_\w+$/.test(id));
  if (odd !== undefined) {
    throw new ConfigurationError(
      `folderMigrations("${name}"): the file ${odd}.sql has no place in the order: call it like 0000_what_it_does.sql`,
    );
  }
  const sorted = ids.toSorted();
  const twice = sorted.find((id, index) => id.slice(0, 4) === sorted[index + 1]?.slice(0, 4));
  if (twice !== undefined)
    throw new ConfigurationError(
      `folderMigrations("${name}"): two files have the number ${twice.slice(0, 4)}`,
    );
  return sorted;
}

async function readJournal(name: string, folder: URL): Promise<string[]> {
  const journal: unknown = JSON.parse(await readText(name, new URL("meta/_journal.json", folder)));
  const entries =
    typeof journal === "object" && journal !== null && "entries" in journal ? journal.entries : undefined;
  if (!Array.isArray(entries))
    throw new ConfigurationError(`folderMigrations("${name}"): meta/_journal.json has no entries`);
  return entries
    .map((entry: { readonly idx: number; readonly tag: string }) => entry)
    .toSorted((a, b) => a.idx - b.idx)
    .map(({ tag }) => tag);
}

async function readText(name: string, file: URL): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new ConfigurationError(`folderMigrations("${name}"): the file ${fileURLToPath(file)} is missing`);
  }
}

function withSlash(folder: URL): URL {
  return folder.pathname.endsWith("/") ? folder : new URL(`${folder.href}/`);
}
