import { randomBytes } from "node:crypto";
import { afterAll, beforeEach, describe, expect, inject, test } from "vitest";
import {
  checkConformance,
  type Finding,
  type Manifest,
  manifestOf,
  mendingScript,
} from "../../src/conformance-entry.ts";
import { connect, type Database } from "../../src/index.ts";
import { throwawayPostgres } from "../../src/testing.ts";

// Roles belong to the server, so each test has its own, by names that no other test has.
const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
afterAll(() => postgres.stop());

let db: Database;
let manifest: Manifest;
let app: string;
let team: string;
let other: string;

beforeEach(async () => {
  const tag = randomBytes(4).toString("hex");
  [app, team, other] = [`app_${tag}`, `team_${tag}`, `other_${tag}`];
  const database = await postgres.createDatabase();
  db = connect({ url: database.url, max: 2 });
  await db.query({
    script: true,
    text: `create role ${team}; create role ${other};
      create role ${app} login noinherit connection limit 5; alter role ${app} set statement_timeout to '5s';
      grant ${team} to ${app};
      create table notes (id int primary key, body text, kept boolean);
      create table logs (id int primary key); create schema more; create table more.things (id int primary key);
      grant select on notes to ${team}, ${app};
      create policy own on notes for select to ${team} using (kept);
      create publication feed for table notes (id, body) where (id > 10), logs with (publish = 'insert, update');
      create publication everything for all tables; create publication whole for tables in schema more;`,
  });
  manifest = await manifestOf(db, { schemas: ["public", "more"], roles: [], publications: true });
  return async () => {
    await db.query({ script: true, text: `drop owned by ${app}, ${team}, ${other} cascade` });
    await db.query({
      script: true,
      text: `drop role if exists ${app}; drop role if exists ${team}; drop role ${other}`,
    });
    await db.close({ timeoutMs: 100 });
    await database.drop();
  };
});
const findings = async (): Promise<readonly Finding[]> =>
  (await checkConformance(db, undefined, { manifest })).findings;
const told = (all: readonly Finding[]): string[] =>
  all
    .map(({ severity, label, property, problem }) => `${severity} ${label}: ${property ?? problem}`)
    .map((line) => line.replaceAll(app, "APP").replaceAll(team, "TEAM").replaceAll(other, "OTHER"))
    .toSorted();

const DRIFTS: [name: string, sql: string, findings: readonly string[]][] = [
  ["BYPASSRLS given", "alter role TEAM bypassrls", ["error role TEAM: bypassrls"]],
  ["LOGIN given to a group", "alter role TEAM login", ["error role TEAM: login"]],
  ["LOGIN taken", "alter role APP nologin", ["error role APP: login"]],
  [
    "SUPERUSER given",
    "alter role APP superuser",
    ["error membership of APP in TEAM: missing", "error role APP: superuser"],
  ],
  ["CREATEROLE given", "alter role APP createrole", ["error role APP: createrole"]],
  ["CREATEDB given", "alter role APP createdb", ["error role APP: createdb"]],
  ["REPLICATION given", "alter role APP replication", ["error role APP: replication"]],
  ["INHERIT given", "alter role APP inherit", ["error role APP: inherit"]],
  [
    "a connection limit changed",
    "alter role APP connection limit -1",
    ["warning role APP: connection limit"],
  ],
  ["a role's setting removed", "alter role APP reset statement_timeout", ["error role APP: settings"]],
  ["a role's setting added", "alter role APP set row_security to off", ["error role APP: settings"]],
  ["a membership taken", "revoke TEAM from APP", ["error membership of APP in TEAM: missing"]],
  ["someone else let in", "grant TEAM to OTHER", ["error membership of OTHER in TEAM: unexpected"]],
  [
    "a way into a role of PostgreSQL's",
    "grant pg_read_all_data to TEAM",
    ["error membership of TEAM in pg_read_all_data: unexpected"],
  ],
  [
    "the right to hand a role on",
    "grant TEAM to APP with admin option",
    ["error membership of APP in TEAM: admin"],
  ],
  [
    "a role that is gone",
    "drop owned by APP; drop role APP",
    [
      "error grant on table public.notes to APP: missing",
      "error membership of APP in TEAM: missing",
      "error role APP: missing",
    ],
  ],
  ["a publication gone", "drop publication feed", ["error publication feed: missing"]],
  [
    "a publication added",
    "create publication leak for table notes",
    ["warning publication leak: unexpected"],
  ],
  ["a table published", "alter publication feed add table more.things", ["error publication feed: tables"]],
  [
    "a table no longer published",
    "alter publication feed drop table logs",
    ["error publication feed: tables"],
  ],
  [
    "a row filter removed",
    "alter publication feed set table notes (id, body), logs",
    ["error publication feed: tables"],
  ],
  [
    "a column published",
    "alter publication feed set table notes where (id > 10), logs",
    ["error publication feed: tables"],
  ],
  [
    "a schema published",
    "alter publication whole add tables in schema public",
    ["error publication whole: schemas"],
  ],
  [
    "a schema no longer published",
    "alter publication whole drop tables in schema more",
    ["error publication whole: schemas"],
  ],
  [
    "other operations",
    "alter publication feed set (publish = 'insert, update, delete')",
    ["error publication feed: operations"],
  ],
  [
    "rows published as the root's",
    "alter publication everything set (publish_via_partition_root = true)",
    ["error publication everything: via root"],
  ],
  [
    "all tables no longer published",
    "drop publication everything; create publication everything",
    ["error publication everything: all tables"],
  ],
  [
    "a publication of another owner",
    "alter publication feed owner to OTHER",
    ["warning publication feed: owner"],
  ],
];

describe("roles and publications", () => {
  test("a clean database has no finding, whatever other roles the server has", async () => {
    const report = await checkConformance(db, undefined, { manifest });
    expect(report.findings).toEqual([]);
    expect(report.compared).toMatchObject({ role: 2, membership: 1, publication: 3 });
    expect(report.notCompared.map(({ what }) => what)).not.toContain("publications");
  });

  test("are not compared with a manifest that has none", async () => {
    const { hasRoles: _, hasPublications: __, ...older } = manifest;
    const objects = older.objects.filter(({ kind }) => !["role", "membership", "publication"].includes(kind));
    await db.query({ script: true, text: `alter role ${team} bypassrls; create publication leak` });
    const report = await checkConformance(db, undefined, { manifest: { ...older, objects } });
    expect(report.findings).toEqual([]);
    expect(report.notCompared.map(({ what }) => what)).toContain("publications");
  });

  test.each(DRIFTS)("%s is found and mended", async (_, sql, expected) => {
    const filled = sql.replaceAll("APP", app).replaceAll("TEAM", team).replaceAll("OTHER", other);
    await db.query({ script: true, text: filled });
    const found = await findings();
    expect(told(found)).toEqual(expected);
    await db.query({ script: true, text: mendingScript(found) });
    expect(told(await findings())).toEqual([]);
  });

  test(`there are ${DRIFTS.length} kinds of drift`, () => {
    expect(new Set(DRIFTS.map(([name]) => name)).size).toBe(DRIFTS.length);
  });
});
