import { clinicMigrations, connect, type Database, migrate } from "@offramp/db";
import { checkConformance, manifestOf, mendingScript } from "@offramp/db/conformance";
import * as schema from "@offramp/db/schema";
import { throwawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { auditMigrations, phiMarksMigration } from "../src/index.ts";

const postgres = await throwawayPostgres({ provider: "url", url: inject("postgresUrl") });
let template: string;
let db: Database;

beforeAll(async () => {
  template = await postgres.createTemplate("audit-conformance", async (url) => {
    const made = connect({ url });
    await migrate(made, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);
    await made.close();
  });
});
beforeEach(async () => {
  const database = await postgres.createDatabase({ template });
  db = connect({ url: database.url, max: 2 });
  return async () => {
    await db.close({ timeoutMs: 100 });
    await database.drop();
  };
});
afterAll(() => postgres.stop());

async function findings(): Promise<readonly string[]> {
  const report = await checkConformance(db, schema);
  return report.findings.map(({ label, property, problem }) => `${label}: ${property ?? problem}`);
}

describe("the PHI marks of the schema and those in force", () => {
  it("are the same after the migrations", async () => {
    const report = await checkConformance(db, schema);
    expect(report.findings).toEqual([]);
    expect(report.notCompared).toEqual([]);
    expect(report.compared["phi mark"]).toBeGreaterThan(5);
  });

  it.each([
    [
      "a mark removed",
      "delete from audit.phi_column where column_name = 'email'",
      ["phi mark public.profiles.email: missing"],
    ],
    [
      "a mark of another kind",
      "update audit.phi_column set kind = 'health' where column_name = 'email'",
      ["phi mark public.profiles.email: phi"],
    ],
    [
      "a mark that the schema has not",
      "insert into audit.phi_column values ('public', 'reports', 'pdf_s3_key', 'health')",
      ["phi mark public.reports.pdf_s3_key: unexpected"],
    ],
    [
      "a data subject removed",
      "delete from audit.phi_subject where table_name = 'reports'",
      ["data subject public.reports.user_id: missing"],
    ],
    [
      "another data subject",
      "update audit.phi_subject set column_name = 'id' where table_name = 'reports'",
      ["data subject public.reports.id: unexpected", "data subject public.reports.user_id: missing"],
    ],
  ])("%s is found and mended", async (_, sql, expected) => {
    await db.query({ text: sql });
    const report = await checkConformance(db, schema);
    expect(await findings()).toEqual(expected);
    await db.query({ text: mendingScript(report.findings), script: true });
    expect(await findings()).toEqual([]);
  });

  it("are not compared for a role that may not read them, and the report says so", async () => {
    const role = `conformance_reader_${process.pid}`;
    const reader = connect({ url: await loginWithoutRights(role) });
    const report = await checkConformance(reader, schema);
    await reader.close();
    await db.query({ text: `drop role ${role}` });
    expect(report.notCompared).toEqual([
      { what: "PHI marks: this role may not read them; grant it offramp_auditor" },
    ]);
  });
});

describe("the trail itself", () => {
  it("is compared when its schema is named, and a trigger switched off by a superuser is found", async () => {
    const manifest = await manifestOf(db, { schemas: ["audit"] });
    expect((await checkConformance(db, undefined, { manifest })).findings).toEqual([]);
    const [trigger] = await db.query({
      text: `select tgrelid::regclass::text as relation, quote_ident(tgname) as name from pg_trigger
        where tgrelid = 'audit.phi_access_log'::regclass and not tgisinternal order by tgname limit 1`,
    });
    await db.query({ text: `alter table ${trigger?.["relation"]} disable trigger ${trigger?.["name"]}` });
    const report = await checkConformance(db, undefined, { manifest });
    expect(report.findings).toMatchObject([{ severity: "error", property: "enabled", found: "no" }]);
  });
});

async function loginWithoutRights(role: string): Promise<string> {
  await db.query({ text: `create role ${role} login password 'pw'` });
  const [current] = await db.query({ text: "select current_database() as name" });
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${current?.["name"]}`;
  url.username = role;
  url.password = "pw";
  return url.href;
}
