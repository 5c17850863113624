import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { connect, type Database, dataSubjects, phiMarks } from "@offramp/db";
import { checkConformance, manifestOf, renderText } from "@offramp/db/conformance";
import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
import { supabaseSource, type SupabaseSource } from "@offramp/tests-migration";
import { createTableRelationsHelpers, extractTablesRelationalConfig, normalizeRelation } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { offramp } from "../offramp.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../../", import.meta.url));

let project: SupabaseSource;
let cluster: ThrowawayCluster;
let target: Database | undefined;
let folder: string;
let text: string;
let stdout: string;
let module: { readonly notInDrizzle: readonly string[] };

beforeAll(async () => {
  [project, cluster, folder] = await Promise.all([
    supabaseSource({ scale: 2 }),
    throwawayCluster(),
    // Where the module finds Drizzle and Offramp as an application's own would.
    mkdtemp(fileURLToPath(new URL("written-", import.meta.url))),
  ]);
  const file = join(folder, "schema.ts");
  const words = ["schema", "--source", project.url, "--target", cluster.primary.url, "--apply", "--yes"];
  const written = await offramp([...words, "--drizzle", file]);
  if (written.code !== 0) throw new Error(written.stderr);
  stdout = written.stdout;
  text = await readFile(file, "utf8");
  module = (await import(file)) as typeof module;
  target = connect({ url: cluster.primary.url, max: 2 });
});

afterAll(async () => {
  await target?.close();
  await Promise.all([project.stop(), cluster.stop(), rm(folder, { recursive: true, force: true })]);
});

function connected(): Database {
  if (target === undefined) throw new Error("the target is there only while tests run");
  return target;
}

describe("offramp schema --drizzle", () => {
  it("writes a module that type-checks under TypeScript's strict options, with what a query gives", async () => {
    await writeFile(
      join(folder, "use.ts"),
      `import type { metabolicTests, profiles, readings, secretsOfStaff } from "./schema.ts";
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const rows: [
  Equal<(typeof profiles.$inferSelect)["fullName"], string>,
  Equal<(typeof profiles.$inferSelect)["clinicId"], number | null>,
  Equal<(typeof metabolicTests.$inferSelect)["tags"], string[]>,
  Equal<(typeof metabolicTests.$inferSelect)["restingHeartRate"], number | null>,
  Equal<(typeof readings.$inferSelect)["at"], Date>,
  Equal<(typeof secretsOfStaff.$inferInsert)["note"], string | null | undefined>,
] = [true, true, true, true, true, true];
console.log(rows);
`,
    );
    const config = { extends: join(root, "tsconfig.base.json"), include: ["*.ts"] };
    const compilerOptions = { isolatedDeclarations: false, declaration: false, noEmit: true };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ ...config, compilerOptions }));
    const compiler = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
    const { stdout: said } = await run(process.execPath, [compiler, "-p", folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(said).toBe("");
  });

  it("conforms to the target that the SQL of the same run made, but for what it says itself", async () => {
    const report = await checkConformance(connected(), module, { ignore: module.notInDrizzle });
    expect(renderText(report)).toBe(renderText({ ...report, findings: [] }));
    const [made] = await connected().query({
      text: `select count(*) filter (where relkind in ('r', 'p') and not relispartition) as "table",
        count(*) filter (where relkind = 'v') as view, count(*) filter (where relkind = 'm') as "materialized view",
        (select count(*) from pg_policy) as policy, (select count(*) from pg_type where typtype = 'e') as "enum"
        from pg_class where relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        and relname !~ '^pg_'`,
    });
    const compared = Object.fromEntries(
      Object.keys(made ?? {}).map((kind) => [kind, String(report.compared[kind] ?? 0)]),
    );
    expect(compared).toEqual(made);
    // None of what it leaves out is left out without need.
    const { findings } = await checkConformance(connected(), module);
    expect([...new Set(findings.map(({ label }) => label))].toSorted()).toEqual(module.notInDrizzle);
    // And with the manifest of what the SQL makes, nothing has to be left out.
    const manifest = await manifestOf(connected());
    expect((await checkConformance(connected(), module, { manifest })).conforms).toBe(true);
  });

  it("marks what looks like PHI, and says why", () => {
    const marks = phiMarks(module).map(({ table, column, kind }) => `${table}.${column} ${kind}`);
    expect(marks).toEqual(
      expect.arrayContaining([
        "profiles.email identifier",
        "profiles.ssn identifier",
        "profiles.date_of_birth demographic",
        "metabolic_tests.vo2_max health",
      ]),
    );
    expect(dataSubjects(module)).toEqual([]);
    expect(text).toMatch(
      /ssn: phi\(text\("ssn"\), "identifier"\), \/\/ PHI candidate: social security number/,
    );
    expect(stdout).toContain("columns marked as PHI by their names");
  });

  it("relates tables by their foreign keys, in both directions", async () => {
    const { tables, tableNamesMap } = extractTablesRelationalConfig(
      { ...module },
      createTableRelationsHelpers,
    );
    const related = Object.values(tables).flatMap(({ tsName, relations }) =>
      Object.values(relations).map((relation) => {
        // As `db.query` does: it throws where two foreign keys could be meant.
        const { fields, references } = normalizeRelation(tables, tableNamesMap, relation);
        expect(fields.length).toBe(references.length);
        return `${tsName}.${relation.fieldName}`;
      }),
    );
    const [keys] = await connected().query({
      text: "select count(*) as n from pg_constraint where contype = 'f' and conparentid = 0",
    });
    expect(related).toHaveLength(2 * Number(keys?.["n"]));
    expect(related).toEqual(
      expect.arrayContaining(["profiles.clinic", "clinics.profiles", "filmStageStates.branch"]),
    );
    expect(text).toContain("clinic: one(clinics, { fields: [profiles.clinicId], references: [clinics.id] })");
    expect(text).toContain("metabolicTests: many(metabolicTests)");
    // One profile has at most one account, and an account one profile.
    expect(text).toContain("profiles: one(profiles)");
  });

  it("does not replace a file without being told to", async () => {
    const again = await offramp(["schema", "--source", project.url, "--drizzle", join(folder, "schema.ts")]);
    expect(again.code).toBe(3);
    expect(again.stderr).toContain("Give --yes to go on");
  });
});
