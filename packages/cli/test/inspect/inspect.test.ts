import { connect, type Database } from "@offramp/db";
import { supabaseSource, type SupabaseSource } from "@offramp/tests-migration";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { inspectSource } from "../../src/inspect/inspect-source.ts";
import type { Inspection } from "../../src/inspect/inspection.ts";
import { phiCandidates } from "../../src/phi/phi-candidates.ts";
import { planMigration } from "../../src/inspect/plan-migration.ts";
import { readHost } from "../../src/inspect/read-server.ts";
import { DEFAULT_SCHEMA_OPTIONS } from "../../src/schema/schema-options.ts";
import { offramp } from "../offramp.ts";

let project: SupabaseSource;
let source: Database;
let found: Inspection;

beforeAll(async () => {
  project = await supabaseSource({ scale: 30 });
  source = connect({ url: project.url });
  found = await inspectSource(source, DEFAULT_SCHEMA_OPTIONS);
});

afterAll(async () => {
  await source.close();
  await project.stop();
});

const asRole = (role: string): string => {
  const url = new URL(project.url);
  url.username = url.password = role;
  return url.href;
};

describe("inspecting a source", () => {
  it("finds tables with rows and bytes, keys and row level security", () => {
    const table = (name: string) => found.tables.find((each) => each.name === name);
    expect(table("profiles")).toMatchObject({
      schema: "public",
      rows: 30,
      hasKey: true,
      rowSecurity: "on",
      hidesRows: false,
    });
    expect(table("readings")).toMatchObject({ rows: 120, hasKey: true });
    expect(table("audit_log")).toMatchObject({ hasKey: false, rowSecurity: "off" });
    expect(table("secrets_of_staff")).toMatchObject({ rowSecurity: "forced" });
    expect(found.tables.every(({ bytes }) => bytes > 0)).toBe(true);
    expect(found.tables.some(({ schema }) => schema === "auth")).toBe(false);
  });

  it("finds where the application leans on Supabase", () => {
    expect(found.referencesIntoAuth).toEqual([
      "public.profiles: profiles_id_fkey",
      "public.subscriptions: subscriptions_user_id_fkey",
      "public.messages: messages_recipient_fkey",
    ]);
    expect(found.triggersOnManagedTables).toEqual([
      "on_auth_user_created on auth.users calls public.handle_new_user()",
    ]);
    expect(found.usesOfAuth).toEqual(
      expect.arrayContaining([
        "function public.is_staff()",
        "policy public.messages.sender or recipient",
        "column public.messages.sender",
      ]),
    );
    expect(found.publications).toEqual([
      { name: "supabase_realtime", tables: ["public.messages", "public.reports"] },
    ]);
    expect(found.services).toEqual({ users: 30, buckets: 1, storedObjects: 0, secrets: 1 });
  });

  it("says what the role may see and do", () => {
    expect(found.server).toMatchObject({
      role: "project",
      isSuperuser: false,
      bypassesRowSecurity: true,
      mayReplicate: true,
      walLevel: "logical",
    });
  });

  it("plans: nothing is dropped silently", () => {
    expect(found.plan.left.map(({ label }) => label)).toEqual([
      "event trigger issue_pg_net_access",
      "event trigger pgrst_ddl_watch",
      "30 accounts with their passwords",
      "1 bucket with 0 files",
      "1 secret in the vault",
      "publication supabase_realtime of 2 tables",
    ]);
    expect(found.plan.obstacles).toEqual([]);
  });

  it("names what would lose rows, before anything is copied", async () => {
    const { code, stdout } = await offramp(["inspect", "--source", asRole("reporting"), "--json"]);
    expect(code).toBe(1);
    const { plan } = JSON.parse(stdout) as Inspection;
    expect(plan.obstacles).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Row level security hides rows of .*public\.profiles.*BYPASSRLS/),
      ]),
    );
  });

  it("prints a page for people that ends with what comes next", async () => {
    const { code, stdout } = await offramp(["inspect", "--source", project.url]);
    expect(code).toBe(0);
    expect(stdout).toContain("public.profiles.ssn");
    expect(stdout).toMatch(/Next: offramp schema\n$/);
  });

  it("names an IPv6-only host, the pooler's wrong port, and extensions that RDS does not have", () => {
    const { plan: _, ...facts } = found;
    const plan = planMigration(
      {
        ...facts,
        host: { host: "db.abc.supabase.co", ipv4: false, ipv6: true, pooler: "transaction" },
        extensions: [
          { name: "pg_graphql", version: "1", schema: "graphql", onTarget: false, wayOut: "Leave it." },
        ],
        server: { ...facts.server, walLevel: "replica", encoding: "LATIN1" },
      },
      [],
    );
    expect(plan.obstacles.map((line) => line.slice(0, 45))).toEqual([
      "db.abc.supabase.co has an IPv6 address only, ",
      "Port 6543 is the pooler in transaction mode: ",
      "The extension pg_graphql is not on the target",
      'wal_level is "replica": offramp follow needs ',
      "The database is in LATIN1: make the target wi",
    ]);
  });

  it("reads a host out of a connection's description", async () => {
    expect(await readHost("127.0.0.1:5432/clinic as app")).toEqual({
      host: "127.0.0.1",
      ipv4: true,
      ipv6: false,
    });
    expect(await readHost("[::1]:5432/clinic as app")).toEqual({ host: "::1", ipv4: false, ipv6: true });
    expect(await readHost("aws-0-eu-west-1.pooler.supabase.com:6543/postgres as postgres.abc")).toMatchObject(
      { pooler: "transaction" },
    );
  });
});

describe("PHI candidates", () => {
  const kindOf = (column: string, type = "text"): string | undefined =>
    phiCandidates([{ table: "t", column, type }])[0]?.kind;

  it.each([
    ["ssn", "identifier"],
    ["medicalRecordNumber", "identifier"],
    ["Email", "identifier"],
    ["full_name", "identifier"],
    ["dateOfBirth", "demographic"],
    ["zip_code", "demographic"],
    ["vo2_max", "health"],
    ["diagnosis_code", "health"],
    ["患者メモ", "health"],
  ])("%s is %s", (column, kind) => {
    expect(kindOf(column)).toBe(kind);
  });

  it.each(["id", "created_at", "status", "name", "tier", "package", "average", "storage", "message"])(
    "%s is none",
    (column) => {
      expect(kindOf(column)).toBeUndefined();
    },
  );

  it("looks at no flags and no ids", () => {
    expect(kindOf("email_verified", "boolean")).toBeUndefined();
    expect(kindOf("patient_id", "uuid")).toBeUndefined();
  });
});
