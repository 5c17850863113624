import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/index.ts";
import { ADA, BEN, type WardDatabase, wardDatabase } from "./ward.ts";

let ward: WardDatabase;
beforeAll(async () => {
  ward = await wardDatabase();
  await ward.fill();
});
afterAll(() => ward.close());

const SECRETS = ["078-05-1120", "1815-12-10", "61.5", "asthma", "zones"];

describe("a select decrypts", () => {
  test("columns, all of them, and under other names", async () => {
    const { data } = await ward.client
      .from("patients")
      .select("name, number:ssn, born, weight, badge, seen, chart")
      .order("name");
    expect(data).toEqual([
      {
        name: "Ada",
        number: "078-05-1120",
        born: "1815-12-10",
        weight: 61.5,
        badge: 42,
        seen: "2026-01-02T03:04:05.123456+00:00",
        chart: { zones: [1, 2.5] },
      },
      { name: "Ben", number: null, born: null, weight: null, badge: null, seen: null, chart: null },
    ]);
    const all = await ward.client.from("patients").select().eq("id", ADA).single();
    expect(all.data).toMatchObject({ id: ADA, mrn: "M-1", ssn: "078-05-1120", chart: { zones: [1, 2.5] } });
  });

  test("at any depth, to one and to many, and inside lists", async () => {
    const { data } = await ward.client
      .from("visits")
      .select("day, finding, patients(name, ssn, visits(finding, day))")
      .order("day")
      .order("day", { referencedTable: "patients.visits" });
    const inner = [
      { finding: "asthma", day: 1 },
      { finding: 'said "no", twice\nand left', day: 2 },
    ];
    const patient = { name: "Ada", ssn: "078-05-1120", visits: inner };
    expect(data).toEqual([
      { day: 1, finding: "asthma", patients: patient },
      { day: 2, finding: 'said "no", twice\nand left', patients: patient },
    ]);
  });

  test("batch by batch, in a stream that is searched for an encrypted value", async () => {
    const found: unknown[] = [];
    const query = ward.client.from("patients").select("name, ssn, visits(finding)").eq("ssn", "078-05-1120");
    query.order("day", { referencedTable: "visits" });
    for await (const rows of query.stream({ batch: 1 })) found.push(...rows);
    const visits = [{ finding: "asthma" }, { finding: 'said "no", twice\nand left' }];
    expect(found).toEqual([{ name: "Ada", ssn: "078-05-1120", visits }]);
    const names: unknown[] = [];
    for await (const rows of ward.client.from("patients").select("ssn").order("name").stream({ batch: 1 })) {
      names.push(rows);
    }
    expect(names).toEqual([[{ ssn: "078-05-1120" }], [{ ssn: null }]]);
  });

  test("spreads, to one and to many", async () => {
    const one = await ward.client.from("visits").select("day, ...patients(ssn, number:born)").eq("day", 1);
    expect(one.data).toEqual([{ day: 1, ssn: "078-05-1120", number: "1815-12-10" }]);
    const many = await ward.client
      .from("patients")
      .select("name, ...visits(finding)")
      .order("day", { referencedTable: "visits" })
      .order("name");
    expect(many.data).toEqual([
      { name: "Ada", finding: ["asthma", 'said "no", twice\nand left'] },
      { name: "Ben", finding: [] },
    ]);
  });

  test("through a view that shows the key, and rows of a function", async () => {
    const untyped = createClient(ward.db, undefined, { encryption: ward.keys, watchSchema: false });
    expect((await untyped.from("patient_list").select("ssn").eq("patient", ADA)).data).toEqual([
      { ssn: "078-05-1120" },
    ]);
    const called = await untyped.rpc("all_patients").select("ssn, visits(finding)").eq("ssn", "078-05-1120");
    expect(called.data).toMatchObject([{ ssn: "078-05-1120", visits: [{ finding: "asthma" }, {}] }]);
    expect((await untyped.from("keyless").select("ssn")).error).toMatchObject({ code: "OFF007" });
    expect((await untyped.from("keyless").select("name")).error).toBeNull();
  });

  test("CSV, with PostgreSQL's own quoting", async () => {
    const { data } = await ward.client
      .from("visits")
      .select("id, finding, day, patients(ssn)")
      .order("day")
      .csv();
    expect(data).toBe(
      'id,finding,day,patients\n1,asthma,1,"{""ssn"": ""078-05-1120""}"\n' +
        '2,"said ""no"", twice\nand left",2,"{""ssn"": ""078-05-1120""}"',
    );
    const nothing = await ward.client.from("patients").select("ssn, weight, seen").eq("id", BEN).csv();
    expect(nothing.data).toBe("ssn,weight,seen\n,,");
    const shown = await ward.client.from("patients").select("weight, seen").eq("id", ADA).csv();
    expect(shown.data).toBe('weight,seen\n61.50,"2026-01-02 03:04:05.123456+00"');
  });

  test("rows with a key of two columns", async () => {
    expect((await ward.client.from("readings").select()).data).toEqual([{ device: "d,1", at: 7, value: 99 }]);
  });

  test("bigints exactly, where the client wants them so", async () => {
    const exact = createClient(ward.db, undefined, {
      encryption: ward.keys,
      watchSchema: false,
      db: { bigint: "bigint" },
    });
    await exact.from("patients").update({ badge: 9_007_199_254_740_993n }).eq("id", BEN);
    expect((await exact.from("patients").select("badge").eq("id", BEN)).data).toEqual([
      { badge: 9_007_199_254_740_993n },
    ]);
    await ward.client.from("patients").update({ badge: null }).eq("id", BEN);
  });
});

describe("a filter", () => {
  test("eq, in and match on a searchable column use the index", async () => {
    const found = async (query: PromiseLike<{ data: unknown; error: unknown }>): Promise<unknown> => {
      const { data, error } = await query;
      return error ?? (data as readonly { readonly name: string }[]).map(({ name }) => name);
    };
    const from = () => ward.client.from("patients").select("name");
    expect(await found(from().eq("ssn", "078-05-1120"))).toEqual(["Ada"]);
    expect(await found(from().eq("ssn", "078-05-1121"))).toEqual([]);
    expect(await found(from().in("ssn", ["x", "078-05-1120"]))).toEqual(["Ada"]);
    expect(await found(from().in("ssn", []))).toEqual([]);
    expect(await found(from().match({ born: "1815-12-10", name: "Ada" }))).toEqual(["Ada"]);
    expect(await found(from().is("ssn", null))).toEqual(["Ben"]);
    expect(await found(from().not("ssn", "is", null))).toEqual(["Ada"]);
    expect(await found(from().not("ssn", "eq", "078-05-1120"))).toEqual([]);
    expect(await found(from().or("ssn.eq.078-05-1120,name.eq.Ben").order("name"))).toEqual(["Ada", "Ben"]);
    const counted = await ward.client
      .from("patients")
      .select("*", { count: "exact", head: true })
      .eq("ssn", "078-05-1120");
    expect(counted.count).toBe(1);
    const inner = await ward.client
      .from("visits")
      .select("day, patients!inner()")
      .eq("patients.ssn", "078-05-1120")
      .order("day");
    expect(inner.data).toEqual([{ day: 1 }, { day: 2 }]);

    await ward.db.query({ text: "set enable_seqscan = off" });
    const plan = await ward.db.query({
      text: "explain select name from patients where substring(patients.ssn from 2 for 16) = any($1::bytea[])",
      values: ["{}"],
    });
    expect(JSON.stringify(plan)).toContain("patients_ssn_idx");
  });

  test.each([
    [
      "another comparison",
      (c: WardDatabase["client"]) => c.from("patients").select("name").gt("ssn", "0"),
      "can be compared for equality alone",
    ],
    [
      "neq",
      (c: WardDatabase["client"]) => c.from("patients").select("name").neq("ssn", "0"),
      "can be compared for equality alone",
    ],
    [
      "a pattern",
      (c: WardDatabase["client"]) => c.from("patients").select("name").like("ssn", "0%"),
      "can be compared for equality alone",
    ],
    [
      "text search",
      (c: WardDatabase["client"]) => c.from("patients").select("name").textSearch("ssn", "0"),
      "can be compared for equality alone",
    ],
    [
      "equality where it is not searchable",
      (c: WardDatabase["client"]) => c.from("visits").select("day").eq("finding", "asthma"),
      "is not searchable",
    ],
    [
      "a filter inside or",
      (c: WardDatabase["client"]) => c.from("patients").select("name").or("ssn.lt.5,name.eq.Ada"),
      "can be compared for equality alone",
    ],
    [
      "a filter inside an embed",
      (c: WardDatabase["client"]) => c.from("patients").select("name, visits(day)").eq("visits.finding", "x"),
      "is not searchable",
    ],
    [
      "order",
      (c: WardDatabase["client"]) => c.from("patients").select("name").order("ssn"),
      "cannot be ordered by",
    ],
    [
      "order by an embed's column",
      (c: WardDatabase["client"]) =>
        c.from("visits").select("day, patients(name)").order("ssn", { referencedTable: "patients" }),
      "cannot be ordered by",
    ],
    [
      "order by a related column",
      (c: WardDatabase["client"]) => c.from("visits").select("day, patients(name)").order("patients(ssn)"),
      "cannot be ordered by",
    ],
    [
      "an aggregate",
      (c: WardDatabase["client"]) => c.from("patients").select("weight.sum()"),
      "cannot be aggregated or grouped by",
    ],
    [
      "a group",
      (c: WardDatabase["client"]) => c.from("patients").select("ssn, count()"),
      "cannot be aggregated or grouped by",
    ],
    [
      "an aggregate in a spread",
      (c: WardDatabase["client"]) => c.from("visits").select("day, ...patients(ssn.max())"),
      "cannot be aggregated or grouped by",
    ],
    [
      "a JSON path",
      (c: WardDatabase["client"]) => c.from("patients").select("chart->zones"),
      "cannot be selected by a JSON path",
    ],
    [
      "a filter by JSON path",
      (c: WardDatabase["client"]) => c.from("patients").select("name").eq("chart->>zones", "1"),
      "cannot be filtered by a JSON path",
    ],
    ["a cast", (c: WardDatabase["client"]) => c.from("patients").select("ssn::text"), "cannot be cast"],
  ])("refuses %s", async (_, call, what) => {
    ward.log.take();
    const { error, status } = await call(ward.client);
    expect(error).toMatchObject({ code: "OFF007" });
    expect(error?.message).toMatch(/^The encrypted column public\.(patients|visits)\.\w+ /);
    expect(error?.message).toContain(what);
    expect(status).toBe(400);
    expect(ward.log.take()).toEqual([]);
  });

  test("refuses an operand that is no value of the type, without repeating it", async () => {
    const { error } = await ward.client.from("patients").select("name").eq("born", "hunter2");
    expect(error).toMatchObject({ code: "22007" });
    expect(JSON.stringify(error)).not.toContain("hunter2");
  });
});

describe("without keys", () => {
  test("a call that touches an encrypted column is refused before it runs; others run", async () => {
    for (const call of [
      ward.keyless.from("patients").select(),
      ward.keyless.from("patients").select("ssn"),
      ward.keyless.from("patients").select("name").eq("ssn", "1"),
      ward.keyless.from("patients").insert({ ssn: "1" }),
      ward.keyless.from("patients").update({ ssn: "1" }).eq("id", ADA),
      ward.keyless.from("patients").select("name, visits(*)"),
      ward.keyless.from("visits").select("...patients(ssn)"),
      ward.keyless.from("patients").select("ssn").csv(),
      ward.keyless.from("patients").select("ssn").explain(),
    ]) {
      const { data, error } = await call;
      expect([data, error?.code]).toEqual([null, "OFF008"]);
      expect(error?.message).toMatch(/is encrypted, and this client has no keys/);
    }
    expect((await ward.keyless.from("patients").select("name").order("name")).data).toEqual([
      { name: "Ada" },
      { name: "Ben" },
    ]);
    expect((await ward.keyless.from("patients").select("name").is("ssn", null)).data).toEqual([
      { name: "Ben" },
    ]);
  });
});

test("nothing in the clear reaches PostgreSQL, in a statement, a parameter or a plan", async () => {
  ward.log.take();
  await ward.client.from("patients").select().eq("ssn", "078-05-1120");
  await ward.client.from("patients").update({ ssn: "078-05-1120" }).eq("name", "Ada");
  await ward.client.from("patients").upsert({ id: ADA, ssn: "078-05-1120", chart: { zones: [1, 2.5] } });
  const { data: plan } = await ward.client
    .from("patients")
    .select()
    .eq("ssn", "078-05-1120")
    .explain({ verbose: true, analyze: true });
  const statements = ward.log.take();
  const sent = JSON.stringify([statements, plan]);
  expect(statements.length).toBeGreaterThan(3);
  for (const secret of SECRETS) expect(sent).not.toContain(secret);
});
