import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { runProcess } from "../../../scripts/toolchain/run-process.mjs";
import { compile, compilers, type Settings } from "../src/compilation.ts";
import {
  type ConsumerProject,
  createConsumerProject,
  removeConsumerProject,
} from "../src/consumer-project.ts";

let project: ConsumerProject;

beforeAll(async () => {
  project = await createConsumerProject();
}, 240_000);

afterAll(() => removeConsumerProject(project));

beforeEach((context) => {
  if (project.unreachable) context.skip(project.unreachable);
});

/** The Node that the machine has (20 or newer), which is what the packages promise to run on. */
const machineNode = process.env["npm_node_execpath"] ?? process.execPath;

async function run(kind: "esm" | "cjs", program: string): Promise<unknown> {
  const path = join(project.folder, kind, "program.js");
  writeFileSync(path, program);
  const { code, output } = await runProcess(machineNode, [path], { quiet: true });
  expect(code, output).toBe(0);
  return JSON.parse(output);
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

describe.each(Object.keys(compilers) as (keyof typeof compilers)[])("%s, skipLibCheck off", (compiler) => {
  test.each(Object.entries(settings))(
    "an application and every entry without Drizzle: %s",
    async (_name, chosen) => {
      const entries = project.entries.filter((entry) => entry !== "@offramp/db/schema");
      const program = importing(entries) + application;
      expect(await compile(project, compiler, { program, settings: chosen })).toEqual([]);
    },
  );
});

// Whoever imports Drizzle's tables compiles Drizzle's declarations, and those (0.45) do not hold without
// skipLibCheck, ours or not: they name drivers of other databases and break their own interfaces.
test("the Drizzle schema, whose only errors are in drizzle-orm's own declarations", async () => {
  const program = importing(["@offramp/db/schema"]);
  const chosen: Settings = { kind: "esm", module: "nodenext", moduleResolution: "nodenext" };
  const errors = await compile(project, "TypeScript 7", { program, settings: chosen });
  expect(errors.filter((error) => !error.includes("node_modules/drizzle-orm/"))).toEqual([]);
});
