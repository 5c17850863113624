import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect, inject, test } from "vitest";

import { compileProgram, type Settings, withoutErrorsOfDrizzle } from "../src/compilation.ts";
import { runInProject } from "../src/consumer-project.ts";

const project = inject("consumerProject");

beforeEach((context) => {
  if (project.unreachable) context.skip(project.unreachable);
});

async function run(kind: "esm" | "cjs", program: string): Promise<unknown> {
  const path = join(project.folder, kind, "program.js");
  writeFileSync(path, program);
  return JSON.parse(await runInProject([path], { POSTGRES_URL: inject("postgresUrl") }));
}

function namesInEsm(entries: readonly string[]): Promise<unknown> {
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
  const names = entries.map((entry, index) => `${JSON.stringify(entry)}: Object.keys(entry${index}).sort()`);
  return run("esm", `${imports.join("\n")}\nconsole.log(JSON.stringify({ ${names.join(", ")} }));`);
}

function namesInCjs(entries: readonly string[]): Promise<unknown> {
  const names = entries.map((entry) => `"${entry}": Object.keys(require("${entry}")).sort()`);
  return run("cjs", `console.log(JSON.stringify({ ${names.join(", ")} }));`);
}

test("every entry loads with import and with require, and offers the same names", async () => {
  const names = await namesInEsm(project.entries);
  expect(names).toMatchObject({
    "@offramp/supabase-shim": expect.arrayContaining(["createClient"]),
    "@offramp/db": expect.arrayContaining(["connect", "migrate"]),
    "@offramp/db/testing": expect.arrayContaining(["throwawayPostgres"]),
    "@offramp/audit": expect.arrayContaining(["withActor"]),
  });
  expect(await namesInCjs(project.entries)).toEqual(names);
});

/** A program that uses every package on a database of its own, and prints what it saw. */
const clinic = `
async function main() {
  const { connect, migrate, clinicMigrations } = await load("@offramp/db");
  const { throwawayPostgres } = await load("@offramp/db/testing");
  const schema = await load("@offramp/db/schema");
  const { auditMigrations, phiMarksMigration, recentAccess, withActor } = await load("@offramp/audit");
  const { createClient } = await load("@offramp/supabase-shim");

  const postgres = await throwawayPostgres({ provider: "url", url: process.env.POSTGRES_URL });
  const db = connect({ url: (await postgres.createDatabase()).url });
  await migrate(db, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);

  const supabase = createClient(db);
  const id = "0b7e2c1a-3a51-4c0b-9d39-0a9a1c6f4f10";
  const insert = await supabase.from("profiles").insert({ id, email: "ada@example.org" }).select("email").single();
  const read = await withActor({ id: "u-17", role: "clinician" }, () =>
    supabase.from("profiles").select("id, email").eq("email", "ada@example.org"),
  );
  const [record] = await recentAccess(db, { limit: 1 });
  await db.close();
  await postgres.stop();
  const { actorId, action, subjects } = record;
  console.log(JSON.stringify({ insert: [insert.status, insert.data], read: [read.status, read.data], record: { actorId, action, subjects } }));
}
main();
`;

test.each([
  ["ES module", "esm", "const load = (name) => import(name);"],
  ["CommonJS", "cjs", "const load = async (name) => require(name);"],
] as const)(
  "an application reads and writes a database, and the trail says who: %s",
  async (_name, kind, load) => {
    expect(await run(kind, load + clinic)).toEqual({
      insert: [201, { email: "ada@example.org" }],
      read: [200, [{ id: "0b7e2c1a-3a51-4c0b-9d39-0a9a1c6f4f10", email: "ada@example.org" }]],
      record: { actorId: "u-17", action: "READ", subjects: ["0b7e2c1a-3a51-4c0b-9d39-0a9a1c6f4f10"] },
    });
  },
);

/** A program that brings Supabase's roles to a database of its own and reads as the user of a token. */
const rights = `
async function main() {
  const { createHmac } = await load("node:crypto");
  const { connect, migrate } = await load("@offramp/db");
  const { throwawayPostgres } = await load("@offramp/db/testing");
  const { createClient, supabaseCompat } = await load("@offramp/supabase-shim");

  const postgres = await throwawayPostgres({ provider: "url", url: process.env.POSTGRES_URL });
  const db = connect({ url: (await postgres.createDatabase()).url });
  await migrate(db, [supabaseCompat()]);
  await db.query({ text: "create function me() returns text stable language sql as $$ select current_user || ' ' || auth.email() $$" });

  const secret = "a secret of at least thirty-two bytes";
  const signed = [{ alg: "HS256" }, { role: "authenticated", email: "ada@example.org" }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const token = signed + "." + createHmac("sha256", secret).update(signed).digest("base64url");
  const supabase = createClient(db, "sb_publishable_key", { jwt: { secret } });
  const { data } = await supabase.rpc("me").setHeader("Authorization", "Bearer " + token);
  const { error } = await supabase.rpc("me").setHeader("Authorization", "Bearer " + token + "x");
  await db.close();
  await postgres.stop();
  console.log(JSON.stringify({ data, refused: error.code }));
}
main();
`;

test.each([
  ["ES module", "esm", "const load = (name) => import(name);"],
  ["CommonJS", "cjs", "const load = async (name) => require(name);"],
] as const)("an application reads as the user of a token: %s", async (_name, kind, load) => {
  expect(await run(kind, load + rights)).toEqual({
    data: "authenticated ada@example.org",
    refused: "PGRST301",
  });
});

const settings: Readonly<Record<string, Settings>> = {
  "nodenext, ES module": { kind: "esm", module: "nodenext", moduleResolution: "nodenext" },
  "nodenext, CommonJS": { kind: "cjs", module: "nodenext", moduleResolution: "nodenext" },
  "node16, CommonJS": { kind: "cjs", module: "node16", moduleResolution: "node16" },
  bundler: { kind: "esm", module: "esnext", moduleResolution: "bundler" },
};

/** What an application does with the packages, without running it. */
const application = `
import { createClient } from "@offramp/supabase-shim";
import { connect } from "@offramp/db";
import { withActor } from "@offramp/audit";

interface Patient {
  id: string;
  full_name: string | null;
}

export async function patients(url: string): Promise<readonly Patient[]> {
  const client = createClient(connect({ url }), "unused");
  return withActor({ id: "7f1c", role: "clinician" }, async () => {
    const { data, error } = await client.from("profiles").select("id, full_name").eq("id", "7f1c").returns<Patient[]>();
    if (error) throw new Error(error.message);
    return data;
  });
}
`;

function importing(entries: readonly string[]): string {
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
  return [...imports, `export const all = [${entries.map((_, index) => `entry${index}`).join(", ")}];`].join(
    "\n",
  );
}

const WITH_DRIZZLE = ["@offramp/db/schema", "@offramp/db/drizzle", "@offramp/audit/drizzle"];

describe.each(["TypeScript 7", "TypeScript 5.9"] as const)("%s, skipLibCheck off", (compiler) => {
  test.each(Object.entries(settings))(
    "an application and every entry without Drizzle: %s",
    async (_name, chosen) => {
      const entries = project.entries.filter((entry) => !WITH_DRIZZLE.includes(entry));
      const program = importing(entries) + application;
      expect(await compileProgram(project, compiler, { program, settings: chosen })).toEqual([]);
    },
  );
});

test("the entries with Drizzle, whose only errors are in drizzle-orm's own declarations", async () => {
  const chosen: Settings = { kind: "esm", module: "nodenext", moduleResolution: "nodenext" };
  const program = importing(WITH_DRIZZLE);
  const errors = await compileProgram(project, "TypeScript 7", { program, settings: chosen });
  expect(withoutErrorsOfDrizzle(errors)).toEqual([]);
});
