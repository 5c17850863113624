import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type ConsumerProject, runInProject } from "./consumer-project.ts";

/** The applications, and the folder in which each keeps the types of its database. */
export const applications = {
  "a Next.js server": { name: "next", types: "" },
  "a NestJS service": { name: "nest", types: "src" },
  "a script": { name: "script", types: "" },
} as const;

export type Application = (typeof applications)[keyof typeof applications];

/** The files of an application that say what its database is like, by their names. */
export type DatabaseTypes = Readonly<Record<string, string>>;

const sources = join(import.meta.dirname, "..", "applications");

/**
 * Puts an application into the project, beside the packages that it imports, with the types of its database.
 *
 * @returns the path of its folder
 */
export function installApplication(
  project: ConsumerProject,
  { name, types }: Application,
  databaseTypes: DatabaseTypes,
): string {
  const folder = join(project.folder, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(sources, name), folder, { recursive: true });
  for (const [file, text] of Object.entries(databaseTypes)) writeFileSync(join(folder, types, file), text);
  return folder;
}

/** From a Drizzle schema. */
export function drizzleTypes(): DatabaseTypes {
  const names = ["schema.ts", "database.types.ts"];
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(sources, "drizzle", name), "utf8")]),
  );
}

/** Printed from the live database, as an application's own build step does. */
export async function generatedTypes(project: ConsumerProject, url: string): Promise<DatabaseTypes> {
  const path = join(project.folder, "esm", "generate.js");
  writeFileSync(
    path,
    `
import { connect } from "@offramp/db";
import { generateTypes } from "@offramp/supabase-shim/generate";

const db = connect({ url: process.env.DATABASE_URL });
process.stdout.write(await generateTypes(db));
await db.close();
`,
  );
  return { "database.types.ts": await runInProject([path], { DATABASE_URL: url }) };
}
