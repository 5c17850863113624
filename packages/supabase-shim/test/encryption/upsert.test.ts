import { recentAccess, withActor } from "@offramp/audit";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ADA, BEN, type WardDatabase, wardDatabase } from "./ward.ts";
import { rotateDataKey } from "@offramp/db/encryption";

let ward: WardDatabase;
beforeAll(async () => {
  ward = await wardDatabase({ audited: true });
  await ward.db.query({
    script: true,
    text: `alter table readings add column serial text unique;
      alter table visits add column code text unique;
      create unique index patients_ssn_unique on patients (substring(ssn from 2 for 16));`,
  });
});
beforeEach(() => ward.fill());
afterAll(() => ward.close());

const patients = () => ward.client.from("patients");
const numbers = async (): Promise<unknown> =>
  (await patients().select("id, mrn, ssn, name").order("mrn")).data;

describe("an upsert on a unique column that is not the key", () => {
  test("merges into the row that is there and inserts the other one, each bound to its own key", async () => {
    ward.log.take();
    const { data, error, status } = await patients()
      .upsert(
        [
          { mrn: "M-1", ssn: "9", weight: 70 },
          { mrn: "M-9", ssn: "6", weight: null },
        ],
        { onConflict: "mrn" },
      )
      .select("id, mrn, ssn, weight, born");
    expect(error).toBeNull();
    expect(status).toBe(201);
    expect(data).toEqual([
      { id: ADA, mrn: "M-1", ssn: "9", weight: 70, born: "1815-12-10" },
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        mrn: "M-9",
        ssn: "6",
        weight: null,
        born: null,
      },
    ]);
    const sent = JSON.stringify(ward.log.take());
    expect(sent).toContain("M-9");
    expect(sent).not.toMatch(/"9"|ssn\\*":\\*"6/);
    expect(await numbers()).toMatchObject([
      { mrn: "M-1", ssn: "9" },
      { mrn: "M-2", ssn: null },
      { mrn: "M-9", ssn: "6" },
    ]);
  });

  test("of a row without a value inserts, as NULL conflicts with nothing", async () => {
    const { error } = await patients().upsert([{ mrn: null, ssn: "5" }], { onConflict: "mrn" });
    expect(error).toBeNull();
    expect(await ward.column("select count(*) from patients")).toEqual(["3"]);
  });

  test("with a key of numbers that the database makes, and with a key of two columns", async () => {
    await ward.client.from("visits").upsert([{ code: "v", day: 1, finding: "a" }], { onConflict: "code" });
    const { data, error } = await ward.client
      .from("visits")
      .upsert(
        [
          { code: "v", day: 2, finding: "b" },
          { code: "w", day: 3, finding: "c" },
        ],
        { onConflict: "code" },
      )
      .select("code, day, finding");
    expect([error, data]).toEqual([
      null,
      [
        { code: "v", day: 2, finding: "b" },
        { code: "w", day: 3, finding: "c" },
      ],
    ]);
    const reading = { device: "e", at: 1, value: 1, serial: "s" };
    await ward.client.from("readings").insert(reading);
    const again = await ward.client
      .from("readings")
      .upsert({ ...reading, value: 2 }, { onConflict: "serial" })
      .select();
    expect([again.error, again.data]).toEqual([null, [{ ...reading, value: 2 }]]);
    const moved = await ward.client.from("readings").upsert({ ...reading, at: 2 }, { onConflict: "serial" });
    expect(moved.error?.message).toMatch(/under another at, to which its encrypted values are bound/);
    const keyless = await ward.client
      .from("readings")
      .upsert({ serial: "new", value: 1 }, { onConflict: "serial" });
    expect(keyless.error).toMatchObject({ code: "23502" });
    expect(keyless.error?.message).toMatch(/no value in its key column device/);
  });

  test("leaves one record, of what was written", async () => {
    const [before] = await recentAccess(ward.db, { limit: 1 });
    await withActor({ id: "lena" }, async () =>
      patients().upsert([{ mrn: "M-2", ssn: "8" }], { onConflict: "mrn" }),
    );
    const records = (await recentAccess(ward.db, { limit: 10 })).filter(
      ({ id }) => BigInt(id) > BigInt(before?.id ?? 0),
    );
    expect(records).toMatchObject([{ action: "UPDATE", recordKeys: { "public.patients": [BEN] } }]);
  });

  test("refuses columns that are not unique, and a payload without them", async () => {
    const plain = await patients().upsert([{ name: "Ada", ssn: "1" }], { onConflict: "name" });
    expect(plain.error).toMatchObject({ code: "42P10" });
    const missing = await patients().upsert([{ ssn: "1" }], { onConflict: "mrn" });
    expect(missing.error).toMatchObject({ code: "OFF007" });
    expect(missing.error?.hint).toMatch(/Give each row its mrn/);
    const view = await ward.client
      .from("patient_list")
      .upsert([{ name: "x", ssn: "1" }], { onConflict: "name" });
    expect(view.error?.hint).toMatch(/Write to the table itself/);
  });

  test("of many at once never mixes keys up, and loses nothing", async () => {
    const rounds = await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        const rows = Array.from({ length: 10 }, (__, n) => ({ mrn: `C-${n}`, ssn: `${writer}/${n}` }));
        // One at a time, so that no writer waits for two others.
        for (const row of rows) {
          const { error } = await patients().upsert(row, { onConflict: "mrn" });
          if (error !== null) return error.message;
        }
        return "done";
      }),
    );
    expect(rounds).toEqual(Array.from({ length: 8 }, () => "done"));
    const { data, error } = await patients().select("mrn, ssn").like("mrn", "C-%").order("mrn");
    expect(error).toBeNull();
    expect(data?.map(({ mrn, ssn }) => `${mrn} ${String(ssn).replace(/^\d/, "w")}`)).toEqual(
      Array.from({ length: 10 }, (_, n) => `C-${n} w/${n}`),
    );
  });
});

describe("an upsert on a searchable encrypted column", () => {
  test("finds its row by the value, also one that an older key wrote", async () => {
    const first = await patients()
      .upsert({ ssn: "078-05-1120", name: "Ada L." }, { onConflict: "ssn" })
      .select("id, name, ssn");
    expect([first.error, first.data]).toEqual([null, [{ id: ADA, name: "Ada L.", ssn: "078-05-1120" }]]);
    await rotateDataKey(ward.db, "phi", { wrapper: ward.wrapper, activateAfterMs: 0 });
    await ward.keys.refresh();
    const later = await patients()
      .upsert(
        [
          { ssn: "078-05-1120", name: "Ada K." },
          { ssn: "new", name: "Cleo" },
        ],
        { onConflict: "ssn" },
      )
      .select("id, name");
    expect(later.data).toMatchObject([{ id: ADA, name: "Ada K." }, { name: "Cleo" }]);
    expect(await ward.column("select count(*) from patients")).toEqual(["3"]);
    const ignored = await patients()
      .upsert([{ ssn: "078-05-1120", name: "nobody" }], { onConflict: "ssn", ignoreDuplicates: true })
      .select("name");
    expect(ignored.data).toEqual([]);
  });

  test("together with another column; not on one that is not searchable", async () => {
    const both = await patients()
      .upsert({ ssn: "078-05-1120", born: "1815-12-10", name: "both" }, { onConflict: "ssn,born" })
      .select("id");
    expect(both.data).toEqual([{ id: ADA }]);
    const not = await patients().upsert({ badge: 42, name: "x" }, { onConflict: "badge" });
    expect(not.error).toMatchObject({ code: "OFF007" });
    expect(not.error?.hint).toMatch(/Declare badge with searchable/);
  });

  test("says so where several rows have the value", async () => {
    await patients().update({ born: "1815-12-10" }).eq("id", BEN);
    const { error } = await patients().upsert({ born: "1815-12-10", name: "who?" }, { onConflict: "born" });
    expect(error).toMatchObject({ code: "21000" });
    expect(error?.message).toMatch(/Several rows have the same born/);
  });
});
