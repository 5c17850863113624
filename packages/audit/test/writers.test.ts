import { createHash } from "node:crypto";
import type { Database } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recentAccess } from "../src/index.ts";
import { type TrailDatabase, trailDatabase } from "./trail-database.ts";

let trail: TrailDatabase;
let app: Database;
let role: string;

beforeAll(async () => {
  trail = await trailDatabase();
  ({ db: app, role } = await trail.login({ writer: true, applicationName: "clinic-pool" }));
});

afterAll(() => trail.close());

const INSERT = `insert into audit.phi_access_log (actor_id, action, relations, columns)
  values ('u-17', 'READ', '{public.profiles}', '{public.profiles.email}')`;

describe("a writer's INSERT", () => {
  it("gets its number, its times and who acts in the database from the database", async () => {
    const before = Date.now();
    await app.query({ text: INSERT });
    const [record] = await recentAccess(trail.admin, { limit: 1 });
    expect(record).toMatchObject({
      actorId: "u-17",
      databaseUser: role,
      databaseRole: role,
      outcome: "success",
      breakGlass: false,
      subjects: [],
      filters: [],
    });
    expect(Math.abs(Date.parse(record?.recordedAt ?? "") - before)).toBeLessThan(60_000);
  });

  it("says the role that it switched to", async () => {
    const other = await trail.role({ writer: true });
    await trail.admin.query({ text: `grant ${other} to ${role}` });
    await app.transaction(async (transaction) => {
      await transaction.query({ text: `set local role ${other}` });
      await transaction.query({ text: INSERT });
    });
    const [record] = await recentAccess(trail.admin, { limit: 1 });
    expect(record).toMatchObject({ databaseUser: role, databaseRole: other });
  });

  it.each([
    ["id", "overriding system value", "1"],
    ["recorded_at", "", "now() - interval '1 year'"],
    ["transaction_at", "", "now() - interval '1 year'"],
    ["database_user", "", "'someone'"],
    ["database_role", "", "'someone'"],
  ])("may not say %s", async (column, overriding, value) => {
    const text = `insert into audit.phi_access_log (${column}, action, relations, columns) ${overriding}
      values (${value}, 'READ', '{}', '{}')`;
    await expect(app.query({ text })).rejects.toMatchObject({ code: "42501" });
  });

  it.each([
    "insert into audit.phi_access_log_default (action, relations, columns) values ('READ', '{}', '{}')",
    `${INSERT} returning id`,
    `${INSERT} on conflict (id, recorded_at) do update set actor_id = 'nobody'`,
    "copy audit.phi_access_log from stdin",
    "update audit.phi_access_log_default set actor_id = 'nobody'",
    "delete from audit.phi_access_log_default",
    "truncate audit.phi_access_log_default",
    "select * from audit.phi_access_log_default",
    "select * from audit.unaccounted_calls",
  ])("is all that it has: %s is refused", async (text) => {
    await expect(app.query({ text })).rejects.toMatchObject({ code: "42501" });
  });

  it.each([
    ["action", "'PEEK'"],
    ["outcome", "'perhaps'"],
    ["row_count", "-1"],
    ["record_keys", `'["p1"]'`],
    ["details", `'"text"'`],
    ["writer_call", "0"],
  ])("with a wrong %s fails", async (column, value) => {
    const columns = ["action", "relations", "columns"].filter((name) => name !== column);
    const values = columns.map((name) => (name === "action" ? "'READ'" : "'{}'"));
    const text = `insert into audit.phi_access_log (${[...columns, column].join()}) values (${[...values, value].join()})`;
    await expect(app.query({ text })).rejects.toMatchObject({ code: "23514" });
  });
});

it("nobody changes a partition past its parent", async () => {
  for (const text of [
    "update audit.phi_access_log_default set actor_id = 'nobody'",
    "delete from audit.phi_access_log_default where false",
    "truncate audit.phi_access_log_default",
  ]) {
    await expect(trail.admin.query({ text })).rejects.toThrow(/append-only: \w+ is refused/);
  }
});

it("a digest of keys is of all of them, in byte order", async () => {
  const keys = ["b", "a", "Z", "ä", 'with "quotes"'];
  const [row] = await app.query({
    text: "select audit.digest_keys(array(select json_array_elements_text($1::text::json))) as digest",
    values: [JSON.stringify(keys)],
  });
  // sha256 over the sorted keys, each with a line feed: what `sort | sha256sum` says.
  const sorted = keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  expect(JSON.parse(row?.["digest"] ?? "")).toEqual({
    count: 5,
    sha256: createHash("sha256")
      .update(sorted.map((key) => `${key}\n`).join(""))
      .digest("hex"),
    first: "Z",
    last: "ä",
  });
});

it("numbers without a record are unaccounted for, but those that were never sent", async () => {
  const writer = "6ce4a4a5-76d3-4f5f-a9e0-000000000001";
  for (const [call, details] of [
    [1, null],
    [2, null],
    // One call with two records, as with one for each patient.
    [2, null],
    [6, { not_sent: ["4"] }],
    [7, { unrecorded: ["5"] }],
  ] as const) {
    await app.query({
      text: `insert into audit.phi_access_log (action, relations, columns, writer_id, writer_call, details)
        values ('READ', '{}', '{}', $1::text::uuid, $2::text::bigint, $3::text::jsonb)`,
      values: [writer, String(call), details === null ? null : JSON.stringify(details)],
    });
  }
  const rows = await trail.admin.query({
    text: "select first_call, last_call, unaccounted, let_through from audit.unaccounted_calls where writer_id = $1::uuid",
    values: [writer],
  });
  // 3 and 5 have no record; of 5 it is known why.
  expect(rows).toEqual([{ first_call: "1", last_call: "7", unaccounted: "2", let_through: "1" }]);
});
