import { createHash } from "node:crypto";
import { type AccessRecord, recentAccess, withActor } from "@offramp/audit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { ADA, type Answer, type AuditBench, auditBench, BEN, REPORT, TEST } from "./audit-bench.ts";

let bench: AuditBench;
let perCall: SupabaseClient;
let perSubject: SupabaseClient;

beforeAll(async () => {
  bench = await auditBench();
  await bench.script(`
    create table finding (
      id int primary key, report_id uuid references reports (id) on delete cascade, detail text);
    insert into finding values (1, '${REPORT}', 'a finding of phi'), (2, null, 'of nobody');
    create view finding_view as select id as no, report_id as report, detail from finding;
    insert into metabolic_tests (user_id, test_date, rmr) values ('${BEN}', '2026-02-01', 1600), ('${ADA}', '2026-03-01', 1500);
    create function summary(patient uuid) returns text stable language sql
      as $$ select full_name from profiles where id = patient $$;
    create function directory() returns setof profiles stable language sql as $$ select * from profiles $$;
    create function initials_of(row_of profiles) returns text stable language sql as $$ select left(row_of.full_name, 1) $$;
    create function touch() returns setof profiles volatile language sql as $$ select * from profiles $$`);
  // Two tables away from the patient.
  await bench.script(`
    insert into audit.phi_column values ('public', 'finding', 'detail', 'health');
    insert into audit.phi_subject values ('public', 'finding', 'report_id', 'public', 'reports', 'id');
    update audit.phi_subject set column_name = 'test_id', followed_schema = 'public', followed_table = 'metabolic_tests',
      followed_key = 'id' where table_name = 'reports';
    insert into audit.phi_function values
      ('public', 'summary', '{public.profiles}', '{public.profiles.full_name}', 'patient', 'test'),
      ('public', 'directory', '{}', '{}', null, 'test')`);
  const client = (granularity: "call" | "subject"): SupabaseClient =>
    createClient(bench.db, undefined, { watchSchema: false, audit: { granularity } });
  perCall = client("call");
  perSubject = client("subject");
});

afterAll(() => bench.close());

async function recorded(call: () => PromiseLike<Answer>): Promise<readonly AccessRecord[]> {
  const [last] = await bench.column("select coalesce(max(id), 0) from audit.phi_access_log");
  const answer = await withActor({ id: "dr-1" }, async () => call());
  expect(answer.error).toBeNull();
  const records = await recentAccess(bench.db, { limit: 50 });
  return records.filter(({ id }) => BigInt(id) > BigInt(last ?? 0)).toReversed();
}

const said = ({ recordKeys, subjects, rowCount }: AccessRecord): unknown => ({
  recordKeys,
  subjects,
  rowCount,
});

describe("a way to the patient over foreign keys", () => {
  test("a read", async () => {
    const records = await recorded(() => perCall.from("finding").select("detail"));
    expect(records.map(said)).toEqual([
      {
        recordKeys: { "public.finding": ["1", "2"] },
        subjects: [ADA],
        rowCount: 2,
      },
    ]);
  });

  test("an embedded row, and one of a view", async () => {
    const [embedded] = await recorded(() =>
      perCall.from("reports").select("id, finding(detail)").eq("id", REPORT),
    );
    expect(embedded?.subjects).toEqual([ADA]);
    const [viewed] = await recorded(() => perCall.from("finding_view").select("detail").eq("no", 1));
    expect(viewed).toMatchObject({ subjects: [ADA], filters: ["public.finding_view.no eq"] });
  });

  test("a change", async () => {
    const [record] = await recorded(() =>
      perCall.from("finding").update({ detail: "changed" }).eq("id", 1).select("id"),
    );
    expect(record).toMatchObject({ action: "UPDATE", subjects: [ADA], filters: ["public.finding.id eq"] });
  });
});

describe("one record for each patient", () => {
  test("of a read", async () => {
    const records = await recorded(() => perSubject.from("metabolic_tests").select("rmr").order("test_date"));
    expect(records.map(({ subjects, rowCount }) => [subjects, rowCount]).toSorted()).toEqual([
      [[ADA], 2],
      [[BEN], 1],
    ]);
    expect(
      records.find(({ subjects }) => subjects[0] === ADA)?.recordKeys?.["public.metabolic_tests"],
    ).toContain(TEST);
    // They are one call.
    expect(new Set(records.map(({ writerCall }) => writerCall)).size).toBe(1);
  });

  test("with the rows that belong to none", async () => {
    const records = await recorded(() => perSubject.from("finding").select("detail"));
    expect(records.map(said)).toEqual(
      expect.arrayContaining([
        { recordKeys: { "public.finding": ["1"] }, subjects: [ADA], rowCount: 1 },
        { recordKeys: { "public.finding": ["2"] }, subjects: [], rowCount: 1 },
      ]),
    );
    expect(records).toHaveLength(2);
  });

  test("of embedded rows", async () => {
    const records = await recorded(() =>
      perSubject.from("profiles").select("email, metabolic_tests(rmr)").in("id", [ADA, BEN]),
    );
    expect(records.map(({ subjects, rowCount }) => [subjects, rowCount]).toSorted()).toEqual([
      [[ADA], 3],
      [[BEN], 2],
    ]);
    const ofBen = records.find(({ subjects }) => subjects[0] === BEN);
    expect(ofBen?.recordKeys).toMatchObject({ "public.profiles": [BEN] });
  });

  test("and one where nothing was found, counted, or changed", async () => {
    const nobody = "00000000-0000-4000-8000-0000000000ff";
    for (const call of [
      () => perSubject.from("profiles").select("email").eq("id", nobody),
      () => perSubject.from("profiles").select("email, reports(html_content)").eq("id", nobody),
      () =>
        perSubject
          .from("profiles")
          .select("*", { count: "exact", head: true })
          .eq("email", "nobody@phi.example"),
      () => perSubject.from("profiles").update({ full_name: "New Phi" }).eq("id", nobody),
    ]) {
      const records = await recorded(call);
      expect(records.map(({ subjects, recordKeys }) => [subjects, recordKeys])).toEqual([[[], null]]);
    }
  });

  test("after a transaction that was rolled back, too", async () => {
    const [last] = await bench.column("select max(id) from audit.phi_access_log");
    const changed = new Error("the application changed its mind");
    const outcome = withActor({ id: "dr-1" }, () =>
      perSubject.transaction(async (tx) => {
        await tx.from("metabolic_tests").select("rmr");
        throw changed;
      }),
    );
    await expect(outcome).rejects.toBe(changed);
    expect(
      await bench.column(
        `select action || ' ' || row_count from audit.phi_access_log where id > ${last} order by row_count`,
      ),
    ).toEqual(["READ 1", "READ 2"]);
  });
});

describe("more keys than a record names", () => {
  test("become a count, a digest and a range, and the patients stay", async () => {
    await bench.script(
      `insert into metabolic_tests (user_id, test_date, rmr) select '${ADA}', '2020-01-01', 4000 from generate_series(1, 1200)`,
    );
    for (const embed of ["", ", profiles(email)"]) {
      const [record] = await recorded(() =>
        perCall.from("metabolic_tests").select(`rmr${embed}`).eq("test_date", "2020-01-01"),
      );
      const ids = await bench.column(
        `select id::text from metabolic_tests where test_date = '2020-01-01' order by id::text collate "C"`,
      );
      expect(record).toMatchObject({ rowCount: 1200, subjects: [ADA] });
      expect(record?.recordKeys?.["public.metabolic_tests"]).toEqual({
        count: 1200,
        sha256: createHash("sha256")
          .update(ids.map((id) => `${id}\n`).join(""))
          .digest("hex"),
        first: ids[0],
        last: ids.at(-1),
      });
    }
    await bench.script("delete from metabolic_tests where test_date = '2020-01-01'");
  });

  test("a read of 100,000 patients is recorded with all of them", async () => {
    await bench.script(
      "insert into profiles (email, full_name) select 'bulk' || n || '@example.com', 'Bulk' from generate_series(1, 100000) as n",
    );
    const [record] = await recorded(() => perCall.from("profiles").select("email").eq("full_name", "Bulk"));
    expect(record).toMatchObject({
      rowCount: 100_000,
      recordKeys: { "public.profiles": { count: 100_000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
    expect(new Set(record?.subjects).size).toBe(100_000);
    await bench.script("delete from profiles where full_name = 'Bulk'");
  }, 60_000);
});

describe("a function", () => {
  test("touches what it is declared to, of the patient in its argument", async () => {
    for (const call of [
      () => perCall.rpc("summary", { patient: ADA }),
      () => perCall.rpc("summary", { patient: ADA }, { get: true }),
    ]) {
      const [record] = await recorded(call);
      expect(record).toMatchObject({
        action: "EXECUTE",
        relations: ["public.profiles"],
        columns: ["public.profiles.full_name"],
        subjects: [ADA],
        rowCount: 1,
      });
    }
  });

  test("that is declared to touch nothing leaves no record, but for the PHI that is shown", async () => {
    expect(await recorded(() => perCall.rpc("directory").select("id"))).toEqual([]);
    expect(await recorded(() => perCall.rpc("directory").select("email"))).toHaveLength(1);
  });

  test("that takes rows with PHI is recorded without a declaration", async () => {
    const [record] = await recorded(() =>
      perCall.rpc("initials_of", { row_of: { id: ADA, full_name: "Ada" } }),
    );
    expect(record).toMatchObject({ action: "EXECUTE", relations: ["public.profiles"], columns: [] });
  });

  test("that may write is refused to GET, as a read-only transaction would", async () => {
    const { data, error, status } = await perCall.rpc("touch", {}, { get: true });
    expect({ data, code: error?.code, status }).toEqual({ data: null, code: "25006", status: 405 });
    expect(await recorded(() => perCall.rpc("touch"))).toHaveLength(1);
  });
});
