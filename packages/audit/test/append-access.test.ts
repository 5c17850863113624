import type { Database } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recentAccess } from "../src/index.ts";
import { anAccess, append } from "./append.ts";
import { type TrailDatabase, trailDatabase } from "./trail-database.ts";

let trail: TrailDatabase;
let app: Database;
let appRole: string;

beforeAll(async () => {
  trail = await trailDatabase();
  ({ db: app, role: appRole } = await trail.login({ writer: true, applicationName: "clinic-pool" }));
});

afterAll(() => trail.close());

/** Appends as the application and reads the record back as the administrator. */
async function recorded(change: Parameters<typeof append>[1]): Promise<Record<string, unknown>> {
  const id = await append(app, change);
  const [newest] = await recentAccess(trail.admin, { limit: 1 });
  expect(newest?.id).toBe(id);
  return { ...newest };
}

describe("audit.append_access writes", () => {
  it("every field", async () => {
    const before = Date.now();
    const record = await recorded({
      call: {
        actor_id: "u-17",
        actor_role: "clinician",
        on_behalf_of: "u-3",
        purpose_of_use: "TREAT",
        ip: "2001:db8::7",
        user_agent: "Mozilla/5.0 (X11) 😀 \"quoted\" \\ 'single'",
        request_id: "r-1",
        application: "clinic",
        action: "UPDATE",
        relations: ["public.profiles", "public.metabolic_tests"],
        columns: ["public.profiles.email", "public.metabolic_tests.vo2_max"],
      },
      recordKeys: { "public.profiles": ["p1", 'p "2"'], "public.metabolic_tests": ["t1"] },
      subjects: ["p1", "p,{2}", "p3"],
      rowCount: 3,
      outcome: "failed",
      sqlstate: "23505",
    });
    const { id, recordedAt, transactionAt, ...rest } = record;
    expect(id).toMatch(/^\d+$/);
    for (const time of [recordedAt, transactionAt]) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
      expect(Math.abs(Date.parse(String(time)) - before)).toBeLessThan(60_000);
    }
    expect(rest).toEqual({
      actorId: "u-17",
      actorRole: "clinician",
      onBehalfOf: "u-3",
      purposeOfUse: "TREAT",
      breakGlass: false,
      filters: [],
      writerId: null,
      writerCall: null,
      application: "clinic",
      requestId: "r-1",
      ip: "2001:db8::7",
      userAgent: "Mozilla/5.0 (X11) 😀 \"quoted\" \\ 'single'",
      databaseUser: appRole,
      databaseRole: appRole,
      action: "UPDATE",
      relations: ["public.profiles", "public.metabolic_tests"],
      columns: ["public.profiles.email", "public.metabolic_tests.vo2_max"],
      recordKeys: { "public.profiles": ["p1", 'p "2"'], "public.metabolic_tests": ["t1"] },
      subjects: ["p1", "p,{2}", "p3"],
      rowCount: 3,
      outcome: "failed",
      sqlstate: "23505",
      details: null,
    });
  });

  it("of more than 1,000 keys what stands for them", async () => {
    const many = Array.from({ length: 1001 }, (_, index) => `k${index}`);
    const record = await recorded({
      call: anAccess,
      recordKeys: { "public.many": many, "public.few": ["p1"] },
    });
    expect(record["recordKeys"]).toEqual({
      "public.many": {
        count: 1001,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        first: "k0",
        last: "k999",
      },
      "public.few": ["p1"],
    });
  });

  it("null for what is not known, and the connection's application_name", async () => {
    const record = await recorded({
      call: { action: "READ" },
      recordKeys: null,
      subjects: null,
      rowCount: null,
    });
    expect(record).toMatchObject({
      actorId: null,
      purposeOfUse: null,
      ip: null,
      application: "clinic-pool",
      relations: [],
      columns: [],
      recordKeys: null,
      subjects: [],
      rowCount: null,
      outcome: "success",
      sqlstate: null,
      details: null,
    });
  });

  it.each(["READ", "CREATE", "UPDATE", "DELETE", "EXECUTE"])("the action %s", async (action) => {
    expect(await recorded({ call: { ...anAccess, action } })).toMatchObject({ action });
  });

  it.each(["success", "denied", "failed"])("the outcome %s", async (outcome) => {
    expect(await recorded({ call: anAccess, outcome })).toMatchObject({ outcome });
  });

  it("the subjects that are known, when some rows have none", async () => {
    expect(await recorded({ call: anAccess, subjects: ["p1", null, "p2"] })).toMatchObject({
      subjects: ["p1", "p2"],
    });
  });

  it.each(["192.0.2.7", "::1", "::ffff:192.0.2.7"])("the address %s", async (ip) => {
    expect(await recorded({ call: { ...anAccess, ip } })).toMatchObject({ ip, details: null });
  });

  it.each(["unknown", "192.0.2.7, 10.0.0.1", "999.1.1.1", "fe80::1%eth0", "'; drop table"])(
    "%j, which is no address, as null and keeps the text",
    async (ip) => {
      const record = await recorded({ call: { ...anAccess, ip } });
      expect(record).toMatchObject({ ip: null, details: { malformed_ip: ip } });
    },
  );

  it.each(["", "  ", null])("null for the absent address %j", async (ip) => {
    expect(await recorded({ call: { ...anAccess, ip } })).toMatchObject({ ip: null, details: null });
  });

  it("fields of the call that it does not know into details, rather than losing them", async () => {
    const record = await recorded({ call: { ...anAccess, glass: true } });
    expect(record).toMatchObject({ details: { unrecognised: { glass: true } } });
  });

  it("both the login and the role that it switched to", async () => {
    const role = await trail.role({ writer: true });
    await trail.admin.query({ text: `grant ${role} to ${appRole}` });
    await app.transaction(async (transaction) => {
      await transaction.query({ text: `set local role ${role}` });
      await append(transaction, { call: anAccess });
    });
    const [newest] = await recentAccess(trail.admin, { limit: 1 });
    expect(newest).toMatchObject({ databaseUser: appRole, databaseRole: role });
  });

  it("the transaction's beginning beside the clock", async () => {
    await app.transaction(async (transaction) => {
      await transaction.query({ text: "select pg_sleep(0.02)" });
      await append(transaction, { call: anAccess });
    });
    const [newest] = await recentAccess(trail.admin, { limit: 1 });
    expect(
      Date.parse(newest?.recordedAt ?? "") - Date.parse(newest?.transactionAt ?? ""),
    ).toBeGreaterThanOrEqual(19);
  });
});

describe("audit.append_access refuses, with SQLSTATE 22023,", () => {
  it.each([
    ["an unknown action", { call: { ...anAccess, action: "PEEK" } }, /call\.action must be READ.*not 'PEEK'/],
    ["a lower-case action", { call: { ...anAccess, action: "read" } }, /not 'read'/],
    ["a call without action", { call: {} }, /call\.action must be .* not missing/],
    ["a call that is no object", { call: [] }, /call must be a JSON object/],
    ["a null call", { call: null }, /call must be a JSON object/],
    ["an unknown outcome", { call: anAccess, outcome: "perhaps" }, /outcome must be success.*not 'perhaps'/],
    [
      "relations that are no list",
      { call: { ...anAccess, relations: "public.profiles" } },
      /must be JSON arrays/,
    ],
    ["columns that are no list", { call: { ...anAccess, columns: {} } }, /must be JSON arrays/],
    [
      "record keys that are no object",
      { call: anAccess, recordKeys: ["p1"] },
      /record_keys must be a JSON object/,
    ],
    ["a negative row count", { call: anAccess, rowCount: -1 }, /row_count must not be negative/],
  ])("%s", async (_, change, message) => {
    const refusal = append(app, change);
    await expect(refusal).rejects.toMatchObject({ code: "22023" });
    await expect(refusal).rejects.toThrow(message);
  });
});

describe("recentAccess", () => {
  it("gives the newest first, and no more than asked for", async () => {
    const ids = [await append(app, { call: anAccess }), await append(app, { call: anAccess })];
    const records = await recentAccess(trail.admin, { limit: 2 });
    expect(records.map((record) => record.id)).toEqual(ids.toReversed());
    expect(await recentAccess(trail.admin, { limit: 0 })).toEqual([]);
  });

  it("works for a member of offramp_auditor", async () => {
    const { db, role } = await trail.login({});
    await trail.admin.query({ text: `grant offramp_auditor to ${role}` });
    expect(await recentAccess(db, { limit: 1 })).toHaveLength(1);
  });

  it("says what is missing to a role that may not read", async () => {
    await expect(recentAccess(app)).rejects.toThrow(/may not read the access trail.*offramp_auditor/);
  });

  it.each([-1, 1.5, Number.NaN])("refuses the limit %d", async (limit) => {
    await expect(recentAccess(trail.admin, { limit })).rejects.toThrow(RangeError);
  });
});
