import type { Database } from "@offramp/db";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recentAccess } from "../src/index.ts";
import { type TrailDatabase, trailDatabase } from "./trail-database.ts";

let trail: TrailDatabase;
let app: Database;

beforeAll(async () => {
  trail = await trailDatabase();
  const login = await trail.login({ writer: true });
  app = login.db;
  await trail.admin.query({
    text: "create table patient (id int primary key, name text not null check (name <> ''))",
  });
  await trail.admin.query({ text: `grant all on patient to ${login.role}` });
});

afterAll(() => trail.close());

beforeEach(async () => {
  await trail.admin.query({ text: "truncate patient" });
  await trail.admin.query({ text: "insert into patient values (1, 'Ann'), (2, 'Ben')" });
});

async function names(): Promise<unknown> {
  return trail.admin.query({ text: "select id, name from patient order by id" });
}

async function records(): Promise<number> {
  const [row] = await trail.admin.query({ text: "select count(*) as n from audit.phi_access_log" });
  return Number(row?.["n"]);
}

/** A call in the shape that one statement has: the data, and the record of it, in one row. */
function audited(data: string, action: string): string {
  return `with touched as (${data})
    select
      (select json_agg(touched) from touched) as body,
      audit.append_access(
        jsonb_build_object('actor_id', 'u-17', 'action', '${action}',
          'relations', array['public.patient'], 'columns', array['public.patient.name']),
        (select jsonb_build_object('public.patient', jsonb_agg(id::text)) from touched),
        (select array_agg(id::text) from touched),
        (select count(*) from touched)
      ) as record`;
}

describe("in one statement with the data", () => {
  it("a read is recorded with the keys that it returned", async () => {
    const [row] = await app.query({ text: audited("select id, name from patient where id = 2", "READ") });
    expect(row?.["body"]).toBe('[{"id":2,"name":"Ben"}]');
    const [record] = await recentAccess(trail.admin, { limit: 1 });
    expect(record).toMatchObject({
      id: row?.["record"],
      action: "READ",
      recordKeys: { "public.patient": ["2"] },
      subjects: ["2"],
      rowCount: 1,
    });
  });

  it.each([
    ["CREATE", "insert into patient values (3, 'Cem') returning id, name", ["3"]],
    ["UPDATE", "update patient set name = 'Bo' where id = 2 returning id, name", ["2"]],
    ["DELETE", "delete from patient where id = 1 returning id, name", ["1"]],
  ])("a data-modifying CTE is recorded: %s", async (action, change, subjects) => {
    await app.query({ text: audited(change, action) });
    const [record] = await recentAccess(trail.admin, { limit: 1 });
    expect(record).toMatchObject({ action, subjects, rowCount: 1 });
  });

  it("a record that cannot be written takes the change and the data with it", async () => {
    const before = { names: await names(), records: await records() };
    const update = "update patient set name = 'Bo' where id = 2 returning id, name";
    await expect(app.query({ text: audited(update, "PEEK") })).rejects.toMatchObject({ code: "22023" });
    expect({ names: await names(), records: await records() }).toEqual(before);
  });

  it("a change that fails leaves no record of it", async () => {
    const before = { names: await names(), records: await records() };
    const update = "update patient set name = '' returning id, name";
    await expect(app.query({ text: audited(update, "UPDATE") })).rejects.toMatchObject({ code: "23514" });
    expect({ names: await names(), records: await records() }).toEqual(before);
  });

  it("both roll back with the transaction around them", async () => {
    const before = { names: await names(), records: await records() };
    const change = new Error("the application changed its mind");
    const outcome = app.transaction(async (transaction) => {
      await transaction.query({ text: audited("delete from patient returning id, name", "DELETE") });
      throw change;
    });
    await expect(outcome).rejects.toBe(change);
    expect({ names: await names(), records: await records() }).toEqual(before);
  });

  it("a role without the right to append reads nothing", async () => {
    const { db, role } = await trail.login({});
    await trail.admin.query({ text: `grant select on patient to ${role}` });
    await expect(db.query({ text: audited("select id, name from patient", "READ") })).rejects.toMatchObject({
      code: "42501",
    });
  });

  it("a read-only transaction refuses, because the record cannot be written", async () => {
    const outcome = app.transaction(
      (transaction) => transaction.query({ text: audited("select id, name from patient", "READ") }),
      { readOnly: true },
    );
    await expect(outcome).rejects.toMatchObject({ code: "25006" });
  });
});
