import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Database, encrypted, encryptedColumns, migrate, migration } from "@offramp/db";
import {
  createDataKey,
  createLocalKeyFile,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
  localKeyFile,
} from "@offramp/db/encryption";
import { throwawayPostgres } from "@offramp/db/testing";
import {
  boolean,
  char,
  customType,
  integer,
  interval,
  numeric,
  pgEnum,
  pgTable,
  text,
  timestamp,
  varchar,
} from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { generateTypes } from "../../src/generate-entry.ts";
import { createHandler } from "../../src/http-entry.ts";
import { createClient, type SupabaseClient } from "../../src/index.ts";

const key = "phi";
const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const mood = pgEnum("mood", ["calm", 'so "so"', "bad"]);

const samples = pgTable("samples", {
  id: integer("id").primaryKey(),
  parent: integer("parent"),
  code: encrypted(char("code", { length: 4 }), { key, searchable: "equality" }),
  label: encrypted(varchar("label", { length: 40 }), { key }),
  scan: encrypted(bytea("scan"), { key, searchable: "equality" }),
  lasts: encrypted(interval("lasts"), { key, searchable: "equality" }),
  mood: encrypted(mood("mood"), { key }),
  moods: encrypted(mood("moods").array(), { key }),
  tags: encrypted(text("tags").array(), { key, searchable: "equality" }),
  grid: encrypted(integer("grid").array().array(), { key }),
  doses: encrypted(numeric("doses").array(), { key }),
  flags: encrypted(boolean("flags").array(), { key }),
  moments: encrypted(timestamp("moments", { withTimezone: true }).array(), { key }),
});
const columns = encryptedColumns({ samples }).map(({ column }) => column);

/**
 * The same table in the clear, filled and asked in the same way: what PostgreSQL shows of it is what is expected of the
 * encrypted one.
 */
const TABLES = `
create type mood as enum ('calm', 'so "so"', 'bad');
create table samples (id integer primary key, parent integer references samples, ${columns.map((name) => `${name} bytea`).join(", ")});
create table plain (
  id integer primary key, parent integer references plain, code char(4), label varchar(40), scan bytea, lasts interval,
  mood mood, moods mood[], tags text[], grid integer[][], doses numeric[], flags boolean[], moments timestamptz[]
);`;

const ROWS = [
  {
    id: 1,
    parent: null,
    code: "ab",
    label: 'äöü, "q"',
    scan: "\\x00ff5c",
    lasts: "P1M-1DT2H3M4.5S",
    mood: 'so "so"',
    moods: ["bad", null, "calm"],
    tags: ["a", "", null, "null", 'say "no"', "back\\slash", "{b,c}"],
    grid: [
      [1, 2],
      [3, 4],
    ],
    doses: [0.5, "12345678901234567890.10"],
    flags: [true, null, false],
    moments: ["2026-01-02T03:04:05.678+02:00"],
  },
  {
    id: 2,
    parent: 1,
    code: "abcd",
    label: "",
    scan: "",
    lasts: "00:00:00",
    mood: "calm",
    moods: '{bad,"so \\"so\\""}',
    tags: [],
    grid: "{{5},{6}}",
    doses: "{NaN,1.10}",
    flags: "{}",
    moments: null,
  },
];

let db: Database;
let client: SupabaseClient;
let ask: (path: string, init?: RequestInit) => Promise<string>;
let document: (keyed: boolean) => Promise<Record<string, Record<string, unknown>>>;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  db = connect({ url, max: 4, session: { timezone: "UTC" } });
  const tables = { name: "tables", migrations: () => [migration("0000", [TABLES])] };
  await migrate(db, [encryptionMigrations, tables, encryptedColumnsMigration({ samples })]);
  const folder = await mkdtemp(join(tmpdir(), "offramp-types-"));
  const file = join(folder, randomBytes(4).toString("hex"));
  await createLocalKeyFile(file);
  await createDataKey(db, key, localKeyFile(file));
  const encryption = new KeyRing(db, localKeyFile(file));
  client = createClient(db, undefined, { encryption, watchSchema: false });
  const [row] = await db.query({ text: "select current_user as role" });
  const options = { anonRole: row?.["role"] ?? "", watchSchema: false };
  const handler = createHandler(db, { ...options, encryption });
  const keyless = createHandler(db, options);
  ask = async (path, init) => (await handler(new Request(`http://door${path}`, init))).text();
  document = async (keyed) => {
    const response = await (keyed ? handler : keyless)(new Request("http://door/"));
    const { definitions } = (await response.json()) as {
      definitions: Record<string, { properties: Record<string, Record<string, unknown>> }>;
    };
    return definitions["samples"]?.properties ?? {};
  };
  closing.push(
    () => db.close(),
    () => server.stop(),
    () => rm(folder, { recursive: true }),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});
beforeEach(async () => {
  await db.query({ text: "truncate samples, plain" });
  for (const table of ["samples", "plain"]) {
    const { error } = await client.from(table).insert(ROWS);
    if (error !== null) throw new Error(error.message);
  }
});

const ALL = `id,${columns.join(",")}`;
const shown = async (table: string, path: string, init?: RequestInit): Promise<string> =>
  (await ask(`/${table}?${path}`, init)).replaceAll(table, "TABLE");
const same = async (path: string, init?: RequestInit): Promise<string> => {
  const expected = await shown("plain", path, init);
  expect(await shown("samples", path, init)).toBe(expected);
  return expected;
};

test("each type reads as the column in the clear would, in rows, embeds and spreads", async () => {
  expect(await same(`select=${ALL}&order=id`)).toContain('"lasts":"1 mon -1 days +02:03:04.5"');
  const self = (table: string): string =>
    `select=id,up:parent(${ALL},down:${table}(${ALL})),...parent(tags)&order=id`;
  const nested = await Promise.all(
    ["plain", "samples"].map(async (table) => ask(`/${table}?${self(table)}`)),
  );
  expect(nested[1]).toBe(nested[0]);
  expect(nested[1]).toContain("12345678901234567890.10");
});

test("as CSV", async () => {
  const csv = await same(`select=${ALL}&order=id`, { headers: { accept: "text/csv" } });
  expect(csv).toContain("{t,NULL,f}");
});

test("an update, an upsert and a CSV payload write what was given", async () => {
  const headers = { "content-type": "application/json", prefer: "return=representation" };
  const change = {
    tags: ["new", null],
    lasts: "1 day",
    mood: "bad",
    code: "z",
    scan: "\\\\x5c".slice(1),
    grid: [],
  };
  expect(
    await same(`id=eq.2&select=${ALL}`, { method: "PATCH", headers, body: JSON.stringify(change) }),
  ).toContain('"tags":["new",null]');
  expect(
    await same(`select=${ALL}&on_conflict=id`, {
      method: "POST",
      headers: { ...headers, prefer: "return=representation,resolution=merge-duplicates" },
      body: JSON.stringify([{ id: 1, flags: [false], moments: [], label: "upserted" }]),
    }),
  ).toContain('"label":"upserted"');
  const csv = 'id,tags,lasts,scan\n7,"{x,""y z""}",P1D,\\x0a\n';
  expect(
    await same("select=tags,lasts,scan", {
      method: "POST",
      headers: { ...headers, "content-type": "text/csv" },
      body: csv,
    }),
  ).toBe('[{"tags":["x","y z"],"lasts":"1 day","scan":"\\\\x0a"}]');
});

test("searchable ones are found by equality", async () => {
  for (const filter of [
    "code=eq.ab",
    "code=eq.ab%20%20",
    "lasts=eq.29%20days%2002:03:04.5",
    "scan=eq.\\x00FF5C",
    `tags=eq.${encodeURIComponent('{a,"",NULL,"null","say \\"no\\"","back\\\\slash","{b,c}"}')}`,
  ])
    expect(JSON.parse(await same(`select=id&${filter}`)), filter).toHaveLength(1);
  // Of an array in the clear PostgreSQL could not even ask this.
  expect(await ask("/samples?select=id&tags=in.(%22{}%22,%22{zonk}%22)")).toBe('[{"id":2}]');
});

test("what a type refuses has PostgreSQL's code", async () => {
  for (const [bad, code] of [
    [{ code: "zonkzonk" }, "22001"],
    [{ mood: "zonk" }, "22P02"],
    [{ grid: [[1], [2, 3]] }, "22P02"],
    [{ lasts: "zonk" }, "22007"],
    [{ scan: "\\xzonk" }, "22023"],
  ] as const)
    for (const table of ["samples", "plain"]) {
      const { error } = await client.from(table).update(bad).eq("id", 1);
      expect([table, bad, error?.code]).toEqual([table, bad, code]);
    }
});

test("the OpenAPI document has the types of the values, with keys and without", async () => {
  const property = await document(true);
  expect(property).toEqual(await document(false));
  expect(property["code"]).toMatchObject({ type: "string", format: "character", maxLength: 4 });
  expect(property["label"]).toMatchObject({ type: "string", format: "character varying", maxLength: 40 });
  expect(property["lasts"]).toMatchObject({ type: "string", format: "interval" });
  expect(property["mood"]).toMatchObject({
    type: "string",
    format: "mood",
    enum: ["calm", 'so "so"', "bad"],
  });
  expect(property["tags"]).toMatchObject({ type: "array", format: "text[]", items: { type: "string" } });
  expect(property["grid"]).toMatchObject({ type: "array", format: "integer[]", items: { type: "integer" } });
  expect(property["code"]?.["description"]).toMatch(
    /This column is encrypted. Filter it with eq, in and is alone/,
  );
  expect(property["mood"]?.["description"]).toMatch(/Filter it with is alone/);
});

test("generated types are those of the columns in the clear", async () => {
  const types = await generateTypes(db);
  const rowOf = (table: string): string => {
    const [, row = ""] = new RegExp(`\\n\\s+${table}: \\{\\s+Row: \\{([^}]*)\\}`).exec(types) ?? [];
    const labels = /\(?"calm" \| 'so "so"' \| "bad"\)?|Database\["public"\]\["Enums"\]\["mood"\]/g;
    return row.replace(labels, "MOOD").replace(/\s+/g, " ");
  };
  expect(rowOf("samples")).toContain("tags: string[] | null");
  expect(rowOf("samples")).toContain("moods: MOOD[] | null");
  expect(rowOf("samples")).toBe(rowOf("plain"));
});
