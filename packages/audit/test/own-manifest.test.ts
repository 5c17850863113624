import { randomBytes } from "node:crypto";
import { clinicMigrations, connect, type Database, migrate } from "@offramp/db";
import {
  checkConformance,
  clinicManifest,
  diffCatalogs,
  type Finding,
  type Manifest,
  mendingScript,
} from "@offramp/db/conformance";
import * as schema from "@offramp/db/schema";
import { throwawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditManifest, auditMigrations, grantAuditWriter, phiMarksMigration } from "../src/index.ts";
import { trailManifest } from "./programs/trail-manifest.ts";

// A server of its own: the tests change the trail's roles, which belong to the server.
let postgres: Awaited<ReturnType<typeof throwawayPostgres>>;
let template: string;
let current: string;
let db: Database;
let manifest: Manifest;

beforeAll(async () => {
  postgres = await throwawayPostgres({ provider: "embedded" });
  manifest = await auditManifest();
  template = await postgres.createTemplate("own-manifest", async (url) => {
    const made = connect({ url });
    await migrate(made, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);
    await made.close();
  });
});
beforeEach(async () => {
  const database = await postgres.createDatabase({ template });
  current = database.url;
  db = connect({ url: current, max: 2 });
  return async () => {
    await db.close({ timeoutMs: 100 });
    await database.drop();
  };
});
afterAll(() => postgres.stop());

const findings = async (): Promise<readonly Finding[]> =>
  (await checkConformance(db, undefined, { manifest })).findings;
const told = (all: readonly Finding[]): string[] =>
  all.map(({ label, property, problem }) => `${label}: ${property ?? problem}`).toSorted();

describe("the manifest of the trail's own migrations", () => {
  it("is what they make; after a new one, run `pnpm --filter @offramp/audit manifest`", async () => {
    const made = await trailManifest(db);
    expect(told(diffCatalogs(manifest, made))).toEqual([]);
    expect(told(diffCatalogs(made, manifest, { ignore: manifest.ignore }))).toEqual([]);
    expect(manifest.objects.length).toBeGreaterThan(150);
  });

  it("finds nothing on a database in use, together with the clinic's and its schema", async () => {
    const role = `writer_${randomBytes(4).toString("hex")}`;
    await db.query({ text: `create role ${role} login` });
    await grantAuditWriter(db, role);
    await db.query({ text: "select audit.ensure_partitions(24)" });
    await db.query({ text: 'select audit.append_access(\'{"action":"READ"}\', null, null, 0)' });
    const all = [await clinicManifest(), manifest];
    const report = await checkConformance(db, schema, { manifest: all });
    expect(told(report.findings)).toEqual([]);
    expect(report.schemas).toContain("audit");
    expect(report.compared["role"]).toBe(5);
    await db.query({ script: true, text: `drop owned by ${role}; drop role ${role}` });
  });

  it.each([
    [
      "an append-only trigger switched off",
      "alter table audit.phi_access_log disable trigger append_only_statement",
      ["trigger append_only_statement on audit.phi_access_log: enabled"],
    ],
    [
      "a right to delete records",
      "grant delete on audit.phi_access_log to offramp_auditor",
      ["grant on table audit.phi_access_log to offramp_auditor: privileges"],
    ],
    [
      "the trail opened to everyone",
      "grant select on audit.phi_access_log to public",
      ["grant on table audit.phi_access_log to public: unexpected"],
    ],
    ["a login for the owner", "alter role offramp_audit_owner login", ["role offramp_audit_owner: login"]],
    [
      "someone who may act as the owner",
      "drop role if exists intruder; create role intruder; grant offramp_audit_owner to intruder",
      ["membership of intruder in offramp_audit_owner: unexpected"],
    ],
    [
      "a writer that is an owner too",
      "grant offramp_audit_owner to offramp_audit_writer",
      ["membership of offramp_audit_writer in offramp_audit_owner: unexpected"],
    ],
    [
      "a column of the record dropped",
      "alter table audit.phi_access_log drop column user_agent cascade",
      ["column audit.phi_access_log.user_agent: missing"],
    ],
  ])("%s is found, and mended", async (_, sql, expected) => {
    await db.query({ script: true, text: sql });
    const found = await findings();
    expect(told(found)).toEqual(expected);
    expect(found.every(({ severity }) => severity === "error")).toBe(true);
    await db.query({ script: true, text: mendingScript(found) });
    expect(told(await findings())).toEqual([]);
  });

  describe("of the monthly partitions", () => {
    /** `YYYYMM` of a month of UTC, from this one on. */
    const month = (ahead: number): string => {
      const now = new Date();
      const then = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
      return then.toISOString().slice(0, 7).replace("-", "");
    };
    const changes: readonly (readonly [
      string,
      (partition: string) => string,
      (partition: string) => string,
    ])[] = [
      [
        "whose changes are no longer refused",
        (p) => `alter table ${p} disable trigger append_only_statement`,
        (p) => `trigger append_only_statement on ${p}: enabled`,
      ],
      [
        "that lost what refuses changes",
        (p) => `drop trigger append_only_statement on ${p}`,
        (p) => `trigger append_only_statement on ${p}: missing`,
      ],
      [
        "that everyone may read",
        (p) => `grant select on ${p} to public`,
        (p) => `grant on table ${p} to public: unexpected`,
      ],
      [
        "that its parent has no more",
        (p) => `alter table audit.phi_access_log detach partition ${p}`,
        (p) => `table ${p}: partition of`,
      ],
    ];

    it.each(changes)("finds one %s, and nothing after mending", async (_, sql, expected) => {
      const partition = `audit.phi_access_log_${month(1)}`;
      await db.query({ script: true, text: sql(partition) });
      const found = await findings();
      expect(told(found)).toContain(expected(partition));
      await db.query({ script: true, text: mendingScript(found) });
      expect(told(await findings())).toEqual([]);
    });

    it.each([0, 2])("finds that of %s months ahead missing, in whatever time zone", async (ahead) => {
      const partition = `audit.phi_access_log_${month(ahead)}`;
      await db.query({ text: `drop table ${partition}` });
      const elsewhere = connect({ url: current, max: 1, session: { timezone: "Asia/Kolkata" } });
      const { findings: found } = await checkConformance(elsewhere, undefined, { manifest });
      expect(told(found)).toEqual([
        `table ${partition}: missing`,
        `trigger append_only_statement on ${partition}: missing`,
      ]);
      await elsewhere.query({ script: true, text: mendingScript(found) });
      const after = await checkConformance(elsewhere, undefined, { manifest });
      await elsewhere.close();
      expect([told(after.findings), told(await findings())]).toEqual([[], []]);
    });

    it("misses none of a month that is over, which retention may have dropped", async () => {
      await db.query({
        script: true,
        text: `
        create table audit.phi_access_log_202001 partition of audit.phi_access_log
          for values from ('2020-01-01 00:00+00') to ('2020-02-01 00:00+00');
        alter table audit.phi_access_log_202001 owner to offramp_audit_owner;
        select audit.guard_table('audit.phi_access_log_202001');`,
      });
      expect(told(await findings())).toEqual([]);
    });
  });

  it("finds a function of the trail that was replaced", async () => {
    const [row] = await db.query({
      text: "select pg_get_functiondef('audit.ensure_partitions(integer)'::regprocedure) as text",
    });
    await db.query({ text: (row?.["text"] ?? "").replace("120", "121") });
    expect(told(await findings())).toEqual(["function audit.ensure_partitions(integer): body"]);
  });
});
