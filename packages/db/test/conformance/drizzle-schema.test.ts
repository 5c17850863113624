import { createRequire } from "node:module";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { integer, pgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import {
  checkConformance,
  clinicManifest,
  type ConformanceReport,
  diffCatalogs,
  type Finding,
  manifestOf,
  mendingScript,
  readCatalog,
  readManifest,
  renderJson,
  renderManifest,
  renderSarif,
  renderText,
} from "../../src/conformance-entry.ts";
import { connect, type Database, migrate } from "../../src/index.ts";
import * as clinic from "../../src/schema.ts";
import { throwawayPostgres } from "../../src/testing.ts";
import { rejection } from "../test-database.ts";
import * as practice from "./schema-module.ts";

const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
let practiceTemplate: string;
let clinicTemplate: string;

beforeAll(async () => {
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson({ ...practice }));
  practiceTemplate = await postgres.createTemplate("conformance-drizzle", async (url) => {
    const db = connect({ url });
    await db.query({ text: "create extension pg_trgm" });
    // drizzle-kit's own order: policies and views after the tables that they name.
    for (const text of statements) await db.query({ text, script: true });
    await db.close();
  });
  clinicTemplate = await postgres.createTemplate("conformance-clinic", async (url) => {
    const db = connect({ url });
    await migrate(db);
    await db.close();
  });
});
afterAll(() => postgres.stop());

async function withDatabase<T>(template: string, work: (db: Database) => Promise<T>): Promise<T> {
  const database = await postgres.createDatabase({ template });
  const db = connect({ url: database.url, max: 2 });
  try {
    return await work(db);
  } finally {
    await db.close({ timeoutMs: 100 });
    await database.drop();
  }
}

const told = ({ label, property, problem }: Finding): string => `${label}: ${property ?? problem}`;
const lines = ({ findings }: ConformanceReport): string[] => findings.map(told).toSorted();

describe("a Drizzle schema", () => {
  test("that drizzle-kit migrated has no finding, whatever it uses", async () => {
    await withDatabase(practiceTemplate, async (db) => {
      const report = await checkConformance(db, practice);
      expect(report.findings).toEqual([]);
      expect(report.notCompared).toEqual([{ what: "PHI marks: the audit trail is not installed" }]);
      expect(report.compared).toMatchObject({
        table: 2,
        enum: 2,
        policy: 2,
        view: 1,
        "materialized view": 1,
      });
    });
  });

  test("leaves nothing behind in the database", async () => {
    await withDatabase(practiceTemplate, async (db) => {
      const before = await readCatalog(db);
      await checkConformance(db, practice);
      expect(await readCatalog(db)).toEqual(before);
    });
  });

  test.each([
    ["a column", "alter table people drop column count", ["column public.people.count: missing"]],
    [
      "a default",
      "alter table people alter settings set default '{}'",
      ["column public.people.settings: default"],
    ],
    [
      "an array's default",
      "alter table people alter states drop default",
      ["column public.people.states: default"],
    ],
    ["a type", "alter table people alter score type numeric(6,2)", ["column public.people.score: type"]],
    ["nullability", 'alter table people alter "Name" drop not null', ["column public.people.Name: nullable"]],
    [
      "a check",
      "alter table people drop constraint score_positive",
      ["constraint score_positive on public.people: missing"],
    ],
    [
      "ON DELETE",
      "alter table people drop constraint boss_fk; alter table people add constraint boss_fk foreign key (boss) references people (id)",
      ["constraint boss_fk on public.people: on delete"],
    ],
    [
      "a unique constraint",
      "alter table people drop constraint short_once; alter table people add constraint short_once unique (short)",
      ["constraint short_once on public.people: definition"],
    ],
    ["an index", "drop index people_trgm_idx", ["index public.people_trgm_idx on people: missing"]],
    [
      "a predicate",
      'drop index people_name_idx; create index people_name_idx on people ("Name" desc nulls last, born nulls first)',
      ["index public.people_name_idx on people: predicate"],
    ],
    ["an enum's labels", "alter type billing.currency add value 'CHF'", ["enum billing.currency: labels"]],
    ["a sequence", "alter sequence ticket increment 1", ["sequence public.ticket: increment"]],
    [
      "an identity",
      "alter table people alter number drop identity",
      ["column public.people.number: identity", "column public.people.number: identity sequence"],
    ],
    ["a policy", "alter policy named on people using (true)", ["policy named on public.people: using"]],
    [
      "a policy over another table",
      "alter policy invoiced on people using (exists (select from billing.invoices))",
      ["policy invoiced on public.people: using"],
    ],
    [
      "row level security",
      "alter table people disable row level security",
      ["table public.people: row level security"],
    ],
    [
      "a view",
      'create or replace view adults as select id, "Name" from people',
      ["view public.adults: query"],
    ],
    [
      "what is there besides",
      "alter table people add column extra int; create table extra (a int)",
      ["column public.people.extra: unexpected", "table public.extra: unexpected"],
    ],
    [
      "an enum that is gone",
      "alter table billing.invoices drop column currency; drop type billing.currency",
      ["column billing.invoices.currency: missing", "enum billing.currency: missing"],
    ],
  ])("names a drift of %s and mends it", async (_, sql, expected) => {
    await withDatabase(practiceTemplate, async (db) => {
      await db.query({ text: sql, script: true });
      const report = await checkConformance(db, practice);
      expect(lines(report)).toEqual(expected.toSorted());
      await db.query({ text: mendingScript(report.findings, { destroysData: true }), script: true });
      expect(lines(await checkConformance(db, practice))).toEqual([]);
    });
  });

  test("says what could not be compared", async () => {
    await withDatabase(practiceTemplate, async (db) => {
      await db.query({ text: "alter table people drop column born cascade", script: true });
      const { notCompared } = await checkConformance(db, practice);
      expect(notCompared.map(({ what }) => what)).toContain(
        "the query of view public.adults: column people.born does not exist",
      );
    });
  });

  test("without a table is refused", async () => {
    await withDatabase(clinicTemplate, async (db) => {
      expect((await rejection(checkConformance(db, {}))).message).toMatch(/holds no Drizzle table/);
      expect((await rejection(checkConformance(db, undefined))).message).toMatch(/or both/);
    });
  });
});

describe("the clinic", () => {
  test("conforms to its schema and to the manifest of its migrations", async () => {
    await withDatabase(clinicTemplate, async (db) => {
      const report = await checkConformance(db, clinic, { manifest: await clinicManifest() });
      expect(report.findings).toEqual([]);
      expect(report.against).toEqual(["migrations", "schema"]);
    });
  });

  test("its manifest is what its migrations make; after a new one, run `pnpm --filter @offramp/db manifest`", async () => {
    await withDatabase(clinicTemplate, async (db) => {
      const made = await manifestOf(db, { schemas: ["public"] });
      // Made on another version, it says the same.
      expect(diffCatalogs(await clinicManifest(), made)).toEqual([]);
      expect(diffCatalogs(made, await clinicManifest())).toEqual([]);
      expect(JSON.parse(renderManifest(await clinicManifest()))).toEqual(await clinicManifest());
    });
  });

  test("what both the schema and the migrations say is told once, and patterns are left out", async () => {
    await withDatabase(clinicTemplate, async (db) => {
      await db.query({
        text: "alter table reports drop column pdf_s3_key; drop trigger profiles_set_updated_at on profiles",
        script: true,
      });
      const manifest = await clinicManifest();
      expect(lines(await checkConformance(db, clinic, { manifest }))).toEqual([
        "column public.reports.pdf_s3_key: missing",
        "trigger profiles_set_updated_at on public.profiles: missing",
      ]);
      const ignore = ["trigger * on public.profiles", "column public.reports.pdf*"];
      expect(lines(await checkConformance(db, clinic, { manifest, ignore }))).toEqual([]);
    });
  });

  test("what the migrations make besides is no finding, although Drizzle does not say it", async () => {
    await withDatabase(clinicTemplate, async (db) => {
      const sql =
        "alter table reports add constraint aged check (biological_age > 0); create index on reports (biological_age)";
      await db.query({ text: sql, script: true });
      expect(lines(await checkConformance(db, clinic))).toEqual([
        "constraint aged on public.reports: unexpected",
        "index public.reports_biological_age_idx on reports: unexpected",
      ]);
      const manifest = await manifestOf(db, { schemas: ["public"] });
      expect(lines(await checkConformance(db, clinic, { manifest }))).toEqual([]);
    });
  });

  test("a file that is no manifest is refused", async () => {
    const file = new URL("../../package.json", import.meta.url);
    expect((await rejection(readManifest(file))).message).toMatch(/is no manifest that this version reads/);
    expect((await rejection(readManifest("/nowhere.json"))).message).toMatch(/cannot be read/);
  });
});

describe("a report", () => {
  let report: ConformanceReport;
  beforeAll(async () => {
    report = await withDatabase(clinicTemplate, async (db) => {
      await db.query({
        text: "alter table profiles alter email drop not null; drop index reports_test_id_idx; alter function set_updated_at() reset search_path",
        script: true,
      });
      return checkConformance(db, clinic, { manifest: await clinicManifest() });
    });
  });

  test("as text", () => {
    const text = renderText(report);
    expect(text).toContain(
      "error    column public.profiles.email: nullable is true, expected false (by the migrations)\n" +
        '         alter table "public"."profiles" alter column "email" set not null;\n',
    );
    expect(text).toContain(
      "warning  index public.reports_test_id_idx on reports: is missing (expected by the migrations)",
    );
    expect(text).toMatch(/compared: \d+ objects \(.*\d+ indexes.*\)/);
    expect(text).toContain("not compared: PHI marks: the audit trail is not installed");
    expect(text.trimEnd().split("\n").at(-1)).toBe("findings 3: errors 2, warnings 1, notes 0");
  });

  test("as JSON, whole", () => {
    expect(JSON.parse(renderJson(report))).toEqual(report);
  });

  test("as SARIF that the published schema of 2.1.0 accepts", () => {
    const schema: object = createRequire(import.meta.url)(
      "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
    );
    const ajv = new Ajv.default({ strict: false, unicodeRegExp: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    const log = JSON.parse(renderSarif(report));
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    expect(
      log.runs[0].results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level]),
    ).toEqual(
      expect.arrayContaining([
        ["column/nullable", "error"],
        ["index/missing", "warning"],
        ["function/settings", "error"],
      ]),
    );
    // What the schema refuses, so that the check is known to check.
    expect(validate({ ...log, version: "2.0.0" })).toBe(false);
    expect(validate(JSON.parse(renderSarif({ ...report, findings: [] })))).toBe(true);
  });
});

test("two schemas with a table of the same name are told apart", async () => {
  const other = practice.billing.table("people", { a: integer("a") });
  const same = { own: pgTable("people", { b: integer("b") }), other };
  await withDatabase(clinicTemplate, async (db) => {
    await db.query({
      text: "create schema billing; create table billing.people (a int); create table people (b int)",
      script: true,
    });
    const report = await checkConformance(db, same, { ignore: ["table public.*", "* public.*_pkey*"] });
    expect(lines(report)).toEqual([]);
  });
});
