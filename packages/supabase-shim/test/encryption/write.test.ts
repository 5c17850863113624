import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KeyRing, rotateDataKey } from "@offramp/db/encryption";
import { createClient } from "../../src/index.ts";
import { ADA, BEN, type WardDatabase, wardDatabase } from "./ward.ts";

let ward: WardDatabase;
beforeAll(async () => {
  ward = await wardDatabase();
});
beforeEach(() => ward.fill());
afterAll(() => ward.close());

const findings = async (): Promise<unknown> =>
  (await ward.client.from("visits").select("day, finding").order("day")).data?.map(({ finding }) => finding);

describe("an insert", () => {
  test("encrypts for a key that is given, made here, or asked of the database", async () => {
    const { data, error } = await ward.client
      .from("patients")
      .insert([
        { name: "Cleo", ssn: "1" },
        { name: "Dan", ssn: "2" },
      ])
      .select("id, name, ssn");
    expect(error).toBeNull();
    expect(data?.map(({ name, ssn }) => [name, ssn])).toEqual([
      ["Cleo", "1"],
      ["Dan", "2"],
    ]);
    const visits = await ward.client
      .from("visits")
      .insert([{ day: 3, finding: "a" }, { day: 4 }, { day: 5, finding: "b" }] as never)
      .select("id, day, finding");
    expect(visits.data).toEqual([
      { id: 3, day: 3, finding: "a" },
      { id: 4, day: 4, finding: null },
      { id: 5, day: 5, finding: "b" },
    ]);
    expect(await ward.column("select finding is null from visits order by id")).toEqual([
      "f",
      "f",
      "f",
      "t",
      "f",
    ]);
  });

  test("fills a key that some rows lack, where missing keys are defaults", async () => {
    const { data, error } = await ward.client
      .from("patients")
      .insert(
        [
          { id: "6F9619FF-8B86-D011-B42D-00C04FC964FF", ssn: "1" },
          { name: "x", ssn: "2" },
        ],
        { defaultToNull: false },
      )
      .select("id, ssn");
    expect(error).toBeNull();
    expect(data?.map(({ ssn }) => ssn)).toEqual(["1", "2"]);
    expect(data?.[0]?.id).toBe("6f9619ff-8b86-d011-b42d-00c04fc964ff");
    const nothing = await ward.client.from("patients").insert([{ id: null, ssn: "1" } as never]);
    expect(nothing.error?.code).toBe("23502");
  });

  test("through a view needs the row's key, which the database would make unseen", async () => {
    const made = await ward.client.from("patient_list").insert({ name: "Ivy", ssn: "4" }).select();
    expect(made.error).toMatchObject({ code: "23502" });
    expect(made.error?.message).toMatch(
      /no value in its key column patient, to which its encrypted values are bound/,
    );
    const patient = "00000000-0000-4000-8000-00000000000d";
    const keyed = await ward.client.from("patient_list").insert({ patient, name: "Ivy", ssn: "4" }).select();
    expect(keyed.data).toEqual([{ patient, name: "Ivy", ssn: "4" }]);
    expect((await ward.client.from("patients").select("name").eq("ssn", "4")).data).toEqual([
      { name: "Ivy" },
    ]);
    await ward.client.from("patient_list").update({ ssn: "5" }).eq("name", "Ivy");
    expect((await ward.client.from("patients").select("ssn").eq("id", patient)).data).toEqual([{ ssn: "5" }]);
  });

  test("refuses what is no value of the type, names the column, and repeats nothing", async () => {
    const { error } = await ward.client.from("patients").insert({ born: "hunter2" });
    expect(error).toMatchObject({
      code: "22007",
      message:
        "invalid input syntax for type date: an encrypted column takes ISO 8601, for the encrypted column public.patients.born",
    });
    expect((await ward.client.from("patients").insert({ weight: 12345 })).error?.code).toBe("22003");
  });
});

describe("an upsert", () => {
  test("by primary key, many at once", async () => {
    const { error, data } = await ward.client
      .from("patients")
      .upsert([
        { id: ADA, ssn: "9" },
        { id: BEN, ssn: "8" },
        { id: "00000000-0000-4000-8000-00000000000c", ssn: "7" },
      ])
      .select("name, ssn");
    expect(error).toBeNull();
    expect(data).toEqual([
      { name: "Ada", ssn: "9" },
      { name: "Ben", ssn: "8" },
      { name: null, ssn: "7" },
    ]);
    const readings = await ward.client
      .from("readings")
      .upsert([
        { device: "d,1", at: 7, value: 1 },
        { device: "e", at: 1, value: 2 },
      ])
      .select();
    expect(readings.data).toEqual([
      { device: "d,1", at: 7, value: 1 },
      { device: "e", at: 1, value: 2 },
    ]);
  });

  test("on another unique column: ignoring works, and merging of what is not encrypted", async () => {
    const rows = [
      { mrn: "M-1", ssn: "9" },
      { mrn: "M-9", ssn: "6" },
    ];
    const ignored = await ward.client
      .from("patients")
      .upsert(rows, { onConflict: "mrn", ignoreDuplicates: true })
      .select("mrn, ssn");
    expect(ignored.data).toEqual([{ mrn: "M-9", ssn: "6" }]);
    const rebound = await ward.client
      .from("patients")
      .upsert([{ mrn: "M-1", id: BEN, name: "Ada L." }], { onConflict: "mrn" });
    expect(rebound.error).toMatchObject({ code: "OFF007" });
    expect(rebound.error?.message).toMatch(
      /bound to the primary key of its row, which this upsert would change/,
    );
    expect(
      (await ward.client.from("patients").upsert([{ mrn: "M-1", name: "Ada L." }], { onConflict: "mrn" }))
        .error,
    ).toBeNull();
  });
});

describe("an update", () => {
  test("of the row that its key names takes one statement", async () => {
    ward.log.take();
    const { data } = await ward.client
      .from("patients")
      .update({ ssn: "3", name: "Ada L." })
      .eq("id", ADA.toUpperCase())
      .select("name, ssn");
    expect(data).toEqual([{ name: "Ada L.", ssn: "3" }]);
    expect(ward.log.take()).toHaveLength(1);
  });

  test("of rows that a filter means encrypts for each of them", async () => {
    const { data, error } = await ward.client
      .from("visits")
      .update({ finding: "same" })
      .gt("day", 0)
      .select("day, finding")
      .order("day");
    expect(error).toBeNull();
    expect(data).toEqual([
      { day: 1, finding: "same" },
      { day: 2, finding: "same" },
    ]);
    const stored = await ward.column("select encode(finding, 'hex') from visits");
    expect(new Set(stored).size).toBe(2);
    expect(
      (await ward.client.from("visits").update({ finding: "x" }).eq("day", 77).select("day")).data,
    ).toEqual([]);
  });

  test("of rows that a search or an embed means", async () => {
    await ward.client.from("patients").update({ born: "1900-01-01" }).eq("ssn", "078-05-1120");
    expect((await ward.client.from("patients").select("name, born").order("name")).data).toEqual([
      { name: "Ada", born: "1900-01-01" },
      { name: "Ben", born: null },
    ]);
    await ward.client
      .from("patients")
      .update({ ssn: "5" })
      .gt("visits.day", 1)
      .select("name, visits!inner(day)");
    expect((await ward.client.from("patients").select("ssn").eq("ssn", "5")).data).toEqual([{ ssn: "5" }]);
  });

  test("to NULL, and of columns that are not encrypted, goes by without keys", async () => {
    expect((await ward.keyless.from("patients").update({ name: "Bea" }).eq("id", BEN)).error).toBeNull();
    await ward.client.from("visits").update({ finding: null }).eq("day", 1);
    expect(await findings()).toEqual([null, 'said "no", twice\nand left']);
  });

  test("of the key is refused, because values are bound to it", async () => {
    const { error } = await ward.client.from("patients").update({ id: BEN }).eq("id", ADA);
    expect(error).toMatchObject({ code: "OFF007" });
    expect(error?.message).toMatch(/so the key cannot change/);
  });
});

test("a delete finds its rows by a search", async () => {
  const { data } = await ward.client.from("patients").delete().eq("ssn", "078-05-1120").select("name, ssn");
  expect(data).toEqual([{ name: "Ada", ssn: "078-05-1120" }]);
});

test("a transaction encrypts and decrypts, and rolls back", async () => {
  const work = ward.client.transaction(async (tx) => {
    await tx.from("visits").insert({ day: 9, finding: "inside" });
    await tx.from("visits").update({ finding: "changed" }).gt("day", 8);
    expect((await tx.from("visits").select("finding").eq("day", 9)).data).toEqual([{ finding: "changed" }]);
    throw new Error("undo");
  });
  await expect(work).rejects.toThrow("undo");
  expect(await findings()).toEqual(["asthma", 'said "no", twice\nand left']);
});

describe("values that were moved or changed are refused, and nothing of them is shown", () => {
  const otherBit = "8 * (length(finding) - 20), 1 - get_bit(finding, 8 * (length(finding) - 20))";
  test.each([
    [
      "to another row",
      "update visits set finding = (select finding from visits where day = 1) where day = 2",
      "visits",
      "finding",
    ],
    ["to another column", "update patients set born = ssn", "patients", "born"],
    [
      "to another table",
      "update visits set finding = (select weight from patients where name = 'Ada')",
      "visits",
      "finding",
    ],
    [
      "with its row's key",
      "with moved as (update visits set patient_id = null) update patients set id = gen_random_uuid()",
      "patients",
      "ssn",
    ],
    ["by one bit", `update visits set finding = set_bit(finding, ${otherBit})`, "visits", "finding"],
    [
      "by its end",
      "update visits set finding = substring(finding from 1 for length(finding) - 1)",
      "visits",
      "finding",
    ],
  ])("%s", async (...[, statement, table, column]) => {
    if (column === "ssn") await ward.db.query({ text: "delete from visits" });
    await ward.db.query({ text: statement });
    const { data, error } = await ward.client.from(table).select(column);
    expect(data).toBeNull();
    expect(error?.code).toBe("OFF008");
    expect(error?.message).toMatch(/does not belong to its row and column, or was changed/);
    expect(JSON.stringify(error)).not.toMatch(/asthma|078-05|1815/);
  });

  test("in a returned row, whose write is told to have happened", async () => {
    await ward.db.query({
      text: "update patients set ssn = set_bit(ssn, 8 * 60, 1 - get_bit(ssn, 8 * 60)) where name = 'Ada'",
    });
    const { error } = await ward.client
      .from("patients")
      .update({ name: "Ada L." })
      .eq("id", ADA)
      .select("ssn");
    expect(error).toMatchObject({
      code: "OFF008",
      details: "The rows were written; what they hold could not be shown.",
    });
  });
});

test("a rotated key is used at once by who has read it, and by others when they meet it", async () => {
  const other = createClient(ward.db, undefined, { encryption: ward.keys, watchSchema: false });
  await ward.keys.ready();
  expect(await rotateDataKey(ward.db, "phi", { wrapper: ward.wrapper, activateAfterMs: 0 })).toBe(2);
  const fresh = createClient(ward.log.database, undefined, {
    encryption: new KeyRing(ward.db, ward.wrapper),
    watchSchema: false,
  });
  await fresh.from("patients").update({ ssn: "new" }).eq("id", BEN);
  expect((await other.from("patients").select("ssn").order("name")).data).toEqual([
    { ssn: "078-05-1120" },
    { ssn: "new" },
  ]);
  // Both versions are searched.
  expect(
    (await fresh.from("patients").select("name").in("ssn", ["078-05-1120", "new"]).order("name")).data,
  ).toEqual([{ name: "Ada" }, { name: "Ben" }]);
});
