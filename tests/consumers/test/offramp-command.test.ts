import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { compile } from "@offramp/tests-types/compilers";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";

import { runProcess } from "../../../scripts/toolchain/run-process.mjs";
import { applications, generatedTypes, installApplication } from "../src/application.ts";
import { runInProject } from "../src/consumer-project.ts";
import { PATIENT, type PracticeDatabase, startPracticeDatabase } from "../src/practice-database.ts";

const project = inject("consumerProject");
let database: PracticeDatabase;

beforeAll(async () => {
  database = await startPracticeDatabase();
});

afterAll(() => database.stop());

beforeEach((context) => {
  if (project.unreachable) context.skip(project.unreachable);
});

/** `npx offramp …` in the project, with the Node that the machine has. */
async function offramp(...words: string[]): Promise<{ readonly code: number; readonly output: string }> {
  const npx = process.platform === "win32" ? "npx.cmd" : "npx";
  return runProcess(npx, ["--no-install", "offramp", ...words], { cwd: project.folder, quiet: true });
}

describe("npx offramp, from the packed packages", () => {
  test("ends with 0, 1 and 2, and lists its commands", async () => {
    const help = await offramp("--help");
    expect(help.code).toBe(0);
    for (const command of ["scan", "codemod", "doctor", "migrate", "check", "types", "audit"])
      expect(help.output).toContain(`  ${command} `);
    expect(await offramp("doctor", "--only", "target", "--target", database.url)).toMatchObject({ code: 1 });
    expect(await offramp("doctor", "--only", "target")).toMatchObject({ code: 2 });
    expect(await offramp("audit", "verify")).toMatchObject({ code: 2 });
  }, 60_000);

  test("writes the types that the library writes", async () => {
    const { code, output } = await offramp("types", "--target", database.url);
    expect(code).toBe(0);
    expect(output).toBe((await generatedTypes(project, database.url))["database.types.ts"]);
  }, 60_000);

  test("takes an application off supabase-js: scanned, swapped byte by byte, compiled and run", async () => {
    const folder = installApplication(
      project,
      applications["a script"],
      await generatedTypes(project, database.url),
    );
    const script = join(folder, "monthly-figures.ts");
    const swapped = readFileSync(script, "utf8");
    writeFileSync(script, swapped.replace("@offramp/supabase-shim", "@supabase/supabase-js"));

    const scan = await offramp("scan", folder);
    expect(scan).toMatchObject({ code: 0, output: expect.stringContaining("0 not served") });
    expect(scan.output).toContain("uses of supabase-js");
    expect(await offramp("codemod", "--force", folder)).toMatchObject({ code: 0 });
    expect(readFileSync(script, "utf8")).toBe(swapped);

    const { errors } = await compile("TypeScript 7", join(folder, "tsconfig.json"), [
      "--noEmit",
      "false",
      "--outDir",
      "dist",
    ]);
    expect(errors).toEqual([]);
    const printed = await runInProject([join(folder, "dist", "monthly-figures.js"), PATIENT], {
      DATABASE_URL: database.url,
    });
    expect(printed).toContain("visit 1 is of a smoker");
  }, 60_000);
});
