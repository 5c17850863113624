import { connect, type Database, migrate } from "@offramp/db";
import { checkConformance, diffCatalogs, type Finding, mendingScript } from "@offramp/db/conformance";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { supabaseCompat, supabaseCompatManifest } from "../../src/index.ts";
import { compatManifest } from "../programs/compat-manifest.ts";

// A server of its own: the tests change the three roles, which belong to the server.
let postgres: ThrowawayPostgres;
let db: Database;
beforeAll(async () => {
  postgres = await throwawayPostgres({ provider: "embedded" });
  db = connect({ url: (await postgres.createDatabase()).url });
  await migrate(db, [supabaseCompat()]);
});
afterAll(async () => {
  await db.close();
  await postgres.stop();
});

const findings = async (): Promise<readonly Finding[]> =>
  (await checkConformance(db, undefined, { manifest: await supabaseCompatManifest() })).findings;
const told = (all: readonly Finding[]): string[] =>
  all.map(({ label, property, problem }) => `${label}: ${property ?? problem}`).toSorted();

test("the manifest is what the migration makes; after a new one, run `pnpm --filter @offramp/supabase-shim manifest`", async () => {
  const [manifest, made] = [await supabaseCompatManifest(), await compatManifest(db)];
  expect(told(diffCatalogs(manifest, made))).toEqual([]);
  expect(told(diffCatalogs(made, manifest))).toEqual([]);
});

test("a database whose application may become the three roles has no finding", async () => {
  await db.query({
    script: true,
    text: "create role app login; grant anon, authenticated, service_role to app",
  });
  expect(told(await findings())).toEqual([]);
});

test.each([
  [
    "BYPASSRLS taken from service_role",
    "alter role service_role nobypassrls",
    ["role service_role: bypassrls"],
  ],
  ["BYPASSRLS given to anon", "alter role anon bypassrls", ["role anon: bypassrls"]],
  ["a login for anon", "alter role anon login", ["role anon: login"]],
  [
    "anon let into service_role's rights",
    "grant pg_write_all_data to anon",
    ["membership of anon in pg_write_all_data: unexpected"],
  ],
  ["auth.uid() replaced", "alter function auth.uid() volatile", ["function auth.uid(): volatility"]],
  [
    "a function taken from anon",
    "revoke execute on function auth.jwt() from anon",
    ["grant on function auth.jwt() to anon: missing"],
  ],
])("%s is found, and mended", async (_, sql, expected) => {
  await db.query({ script: true, text: sql });
  const found = await findings();
  expect(told(found)).toEqual(expected);
  await db.query({ script: true, text: mendingScript(found) });
  expect(told(await findings())).toEqual([]);
});
