import { connect, type Database } from "@offramp/db";
import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
import { supabaseCompat } from "@offramp/supabase-shim";
import { olderPrograms, supabaseSource, type SupabaseSource } from "@offramp/tests-migration";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { adaptCatalog } from "../../src/schema/adapt-catalog.ts";
import type { Adaptation } from "../../src/schema/adapt/adaptation.ts";
import { compareSchemas } from "../../src/schema/compare-schemas.ts";
import { applicationSchemas, readSourceCatalog } from "../../src/schema/read-source-catalog.ts";
import { DEFAULT_SCHEMA_OPTIONS, type SchemaOptions } from "../../src/schema/schema-options.ts";
import { schemaScript } from "../../src/schema/script/schema-script.ts";

let project: SupabaseSource;
let cluster: ThrowawayCluster;
let source: Database;
const open: Database[] = [];

beforeAll(async () => {
  const programs = olderPrograms();
  [project, cluster] = await Promise.all([
    supabaseSource({ scale: 5, ...(programs === undefined ? {} : { programs }) }),
    throwawayCluster(),
  ]);
  source = connect({ url: project.url });
});

afterAll(async () => {
  await Promise.all([source, ...open].map((db) => db.close()));
  await Promise.all([project.stop(), cluster.stop()]);
});

async function emptyTarget(name: string): Promise<Database> {
  const admin = connect({ url: cluster.primary.url, max: 1 });
  await admin.query({ text: `create database ${name}` });
  await admin.close();
  const url = new URL(cluster.primary.url);
  url.pathname = `/${name}`;
  const db = connect({ url: url.href, max: 2 });
  open.push(db);
  return db;
}

async function apply(target: Database, options: SchemaOptions): Promise<Adaptation> {
  const schemas = await applicationSchemas(source);
  const adaptation = adaptCatalog(await readSourceCatalog(source, schemas), options);
  const compat = (await supabaseCompat().migrations()).flatMap(({ statements }) => statements);
  for (const { sql } of schemaScript(adaptation.catalog, compat))
    await target.query({ text: sql, script: true });
  return adaptation;
}

const reasons = ({ notes }: Adaptation): readonly string[] =>
  notes.map(({ what, label }) => `${what} ${label}`);

describe("the target's schema", () => {
  it("is the source's, policies and rights included, and its files can be run again", async () => {
    const target = await emptyTarget("kept");
    const first = await apply(target, DEFAULT_SCHEMA_OPTIONS);
    const comparison = await compareSchemas({ source, target }, DEFAULT_SCHEMA_OPTIONS);
    expect(comparison.findings).toEqual([]);
    expect(comparison.compared).toMatchObject({ policy: 11, "materialized view": 1, trigger: 9 });
    await apply(target, DEFAULT_SCHEMA_OPTIONS);
    expect((await compareSchemas({ source, target }, DEFAULT_SCHEMA_OPTIONS)).findings).toEqual([]);
    expect(reasons(first)).toEqual([
      "left event trigger issue_pg_net_access",
      "left event trigger pgrst_ddl_watch",
      "changed table auth.users",
    ]);
  });

  it("keeps what policies say: a user sees their own rows, and nobody else's", async () => {
    const target = await emptyTarget("policies");
    await apply(target, DEFAULT_SCHEMA_OPTIONS);
    await target.query({
      text: `insert into auth.users (id, email, raw_user_meta_data) values
          ('00000000-0000-0000-0000-000000000001', 'ann@example.org', '{"full_name": "Ann"}'),
          ('00000000-0000-0000-0000-000000000002', 'bo@example.org', '{}')`,
    });
    // The trigger on auth.users has made profiles.
    const seen = await target.transaction(async (transaction) => {
      await transaction.query({ text: "set local role authenticated" });
      await transaction.query({
        text: "select set_config('request.jwt.claims', $1, true)",
        values: ['{"sub": "00000000-0000-0000-0000-000000000001", "role": "authenticated"}'],
      });
      return transaction.query({ text: "select full_name from public.profiles" });
    });
    expect(seen).toEqual([{ full_name: "Ann" }]);
  });

  it("goes without row level security when asked, and says what that means", async () => {
    const options = { ...DEFAULT_SCHEMA_OPTIONS, withoutRls: true };
    const target = await emptyTarget("open_tables");
    const { notes } = await apply(target, options);
    expect((await compareSchemas({ source, target }, options)).findings).toEqual([]);
    const [row] = await target.query({
      text: "select (select count(*) from pg_policy) as policies, (select count(*) from pg_class where relrowsecurity) as secured",
    });
    expect(row).toEqual({ policies: "0", secured: "0" });
    expect(notes.find(({ label }) => label.includes("policies"))).toMatchObject({
      label: "11 policies on 7 tables",
      reason: expect.stringContaining("sees and changes every row") as string,
    });
  });

  it("leads references into auth.users to a table of the team's own", async () => {
    const options: SchemaOptions = {
      ...DEFAULT_SCHEMA_OPTIONS,
      users: { kind: "table", schema: "public", name: "account", column: "id" },
    };
    const target = await emptyTarget("own_users");
    await target.query({ text: "create table public.account (id uuid primary key, email text)" });
    const adaptation = await apply(target, options);
    expect(reasons(adaptation)).toContain("changed constraint profiles_id_fkey on public.profiles");
    const rows = await target.query({
      text: "select conname from pg_constraint where confrelid = 'public.account'::regclass order by 1",
    });
    expect(rows.map(({ conname }) => conname)).toEqual([
      "messages_recipient_fkey",
      "profiles_id_fkey",
      "subscriptions_user_id_fkey",
    ]);
    expect((await compareSchemas({ source, target }, options)).findings.map(({ label }) => label)).toEqual([
      "table public.account",
    ]);
  });

  it("moves extensions and their calls, and makes ids without one", async () => {
    const options = { ...DEFAULT_SCHEMA_OPTIONS, extensionsSchema: "public", genRandomUuid: true };
    const target = await emptyTarget("plain_extensions");
    await apply(target, options);
    expect((await compareSchemas({ source, target }, options)).findings).toEqual([]);
    const [row] = await target.query({
      text: `select public.digest_of('a') as digest, (select count(*) from pg_namespace where nspname = 'extensions') as schemas,
        (select pg_get_expr(adbin, adrelid) from pg_attrdef d join pg_attribute a on a.attrelid = adrelid and a.attnum = adnum
         where adrelid = 'public.metabolic_tests'::regclass and attname = 'id') as id`,
    });
    // SHA-256 of "a" (FIPS 180-4).
    expect(row).toEqual({
      digest: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
      schemas: "0",
      id: "gen_random_uuid()",
    });
  });

  it("leaves an extension that the target does not have, and says what to do without it", async () => {
    const schemas = await applicationSchemas(source);
    const { catalog, notes } = adaptCatalog(await readSourceCatalog(source, schemas), {
      ...DEFAULT_SCHEMA_OPTIONS,
      available: new Set(["pgcrypto", "uuid-ossp", "citext", "btree_gist", "pg_trgm"]),
    });
    expect(notes).toContainEqual({
      what: "left",
      label: "extension pg_stat_statements",
      reason: "The target does not have it. Find what uses it, and do that in the application.",
    });
    expect(catalog.objects.filter(({ kind }) => kind === "extension")).toHaveLength(5);
  });
});
