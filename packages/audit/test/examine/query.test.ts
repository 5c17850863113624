import type { Database } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AccessRecord, exportCsv, exportNdjson, openTrail, type Trail } from "../../src/index.ts";
import type { TrailDatabase } from "../trail-database.ts";
import { examinedTrail } from "./examined-trail.ts";

let database: TrailDatabase;
let auditor: Database;
let trail: Trail;

beforeAll(async () => {
  database = await examinedTrail([
    { at: "2026-03-02T10:00:00.000001Z", actor: "lena", subjects: ["ada", "ben"] },
    { at: "2026-03-02T11:00:00Z", actor: "sam", subjects: ["ada"], action: "UPDATE" },
    { at: "2026-03-03T11:00:00Z", actor: "sam", subjects: [], outcome: "denied", sqlstate: "42501" },
    { at: "2026-03-04T11:00:00Z", actor: null, subjects: ["ben"], breakGlass: true },
    {
      at: "2026-03-05T11:00:00Z",
      actor: "lena",
      subjects: ["cyd"],
      userAgent: '=HYPERLINK("http://x"), "quoted"',
    },
  ]);
  const login = await database.login({});
  await database.admin.query({ text: `grant offramp_auditor to ${login.role}` });
  auditor = login.db;
  trail = openTrail(auditor);
});
afterAll(() => database.close());

const times = (records: readonly AccessRecord[]): string[] =>
  records.map(({ recordedAt }) => recordedAt.slice(8, 13));

describe("trail.query", () => {
  it.each([
    ["a subject", { subject: "ada" }, ["02T11", "02T10"]],
    ["an actor", { actor: "sam" }, ["03T11", "02T11"]],
    ["a time", { between: ["2026-03-02T10:30:00Z", "2026-03-04T11:00:00Z"] }, ["03T11", "02T11"]],
    ["a time as dates", { between: [new Date("2026-03-04"), new Date("2026-03-05")] }, ["04T11"]],
    ["a relation", { relation: "public.profiles", actor: "lena" }, ["05T11", "02T10"]],
    ["another relation", { relation: "public.reports" }, []],
    ["an action", { action: "UPDATE" }, ["02T11"]],
    ["an outcome", { outcome: "denied" }, ["03T11"]],
    ["broken glass", { breakGlass: true }, ["04T11"]],
    ["all that is said", { subject: "ada", actor: "lena" }, ["02T10"]],
    ["a quote", { subject: "a'd\"a" }, []],
  ] as const)("finds by %s", async (_, filter, expected) => {
    const { records, next } = await trail.query(filter);
    expect(times(records)).toEqual(expected);
    expect(next).toBeNull();
  });

  it("gives page after page, whatever is recorded meanwhile", async () => {
    const first = await trail.query({ limit: 2 });
    expect(times(first.records)).toEqual(["05T11", "04T11"]);
    const second = await trail.query({ limit: 2, after: first.next ?? "" });
    expect(times(second.records)).toEqual(["03T11", "02T11"]);
    const last = await trail.query({ limit: 2, after: second.next ?? "" });
    expect(times(last.records)).toEqual(["02T10"]);
    expect(last.next).toBeNull();
  });

  it("is told what is wrong", async () => {
    await expect(trail.query({ limit: 0 })).rejects.toThrow("from 1 to 10000");
    await expect(trail.query({ after: "1; drop" })).rejects.toThrow("`after` must be");
    await expect(trail.query({ after: "9223372036854775808" })).rejects.toThrow("`after` must be");
    await expect(trail.query({ between: ["yesterday", "today"] })).rejects.toThrow("a time that is no date");
    const outsider = await database.login({ writer: true });
    await expect(openTrail(outsider.db).query({})).rejects.toThrow("member of offramp_auditor");
  });

  it("takes a time as UTC where it says no offset, whatever the session's time zone is", async () => {
    const { role, db } = await database.login({});
    await database.admin.query({ text: `grant offramp_auditor to ${role}` });
    await database.admin.query({ text: `alter role ${role} set timezone = 'America/Chicago'` });
    const abroad = openTrail(db);
    const days = async (...between: [string, string]): Promise<string[]> =>
      times((await abroad.query({ between })).records);
    expect(await days("2026-03-02", "2026-03-03")).toEqual(["02T11", "02T10"]);
    expect(await days("2026-03-02T10:30:00", "2026-03-03")).toEqual(["02T11"]);
    expect(await days("2026-03-02T10:30:00Z", "2026-03-03T00:00:00+00")).toEqual(["02T11"]);
    // 4:30 in Chicago, at six hours from UTC, and in India.
    expect(await days("2026-03-02T04:30:00-06:00", "2026-03-03")).toEqual(["02T11"]);
    expect(await days("2026-03-02T16:00:00+0530", "2026-03-03")).toEqual(["02T11"]);
    expect(await days("2026-03-02 10:00:00.000002Z", "2026-03-03")).toEqual(["02T11"]);
  });

  it.each([
    "2026-02-30",
    "2026-13-01",
    "2026-03-02T25:00Z",
    "2026-03-02T10:00+99",
    "0000-01-01",
    "March 2, 2026",
    "",
  ])("refuses %j as a time", async (text) => {
    await expect(trail.query({ between: [text, "2026-04-01"] })).rejects.toThrow("a time that is no date");
  });

  it("refuses a time that ends before it begins, instead of finding nothing", async () => {
    const between = ["2026-04-01", "2026-03-01"] as const;
    await expect(trail.query({ between })).rejects.toThrow("ends before it begins");
    await expect(trail.records({ between })[Symbol.asyncIterator]().next()).rejects.toThrow(RangeError);
    await expect(trail.report({ between })).rejects.toThrow(RangeError);
  });

  it("finds a patient among many through an index, which every partition has", async () => {
    await database.admin.query({
      script: true,
      text: `insert into audit.phi_access_log (action, relations, columns, subjects)
        select 'READ', '{}', '{}', array['p' || n] from generate_series(1, 20000) n; analyze audit.phi_access_log;`,
    });
    const plan = await database.admin.query({
      text: "explain select id from audit.phi_access_log where subjects @> array['p77'] order by id desc limit 101",
    });
    const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
    const month = new Date().toISOString().slice(0, 7).replace("-", "");
    expect(text).toContain(`Bitmap Index Scan on phi_access_log_${month}_subjects_idx`);
    // The partitions without records are not worth an index scan, but have the index.
    const [bare] = await database.admin.query({
      text: `select count(*) as n from pg_inherits where inhparent = 'audit.phi_access_log'::regclass and not exists (
        select from pg_indexes where schemaname = 'audit' and format('audit.%I', tablename)::regclass = inhrelid
          and indexdef like '%gin (subjects)%')`,
    });
    expect(bare).toEqual({ n: "0" });
  });
});

describe("trail.records", () => {
  it("are those of one moment, in many batches", async () => {
    const many = { actor: "crowd" };
    await database.admin.query({
      text: `insert into audit.phi_access_log (actor_id, action, relations, columns)
        select 'crowd', 'READ', '{}', '{}' from generate_series(1, 2500)`,
    });
    const ids: bigint[] = [];
    for await (const { id } of trail.records(many)) {
      if (ids.push(BigInt(id)) !== 1) continue;
      await database.admin.query({
        text: "insert into audit.phi_access_log (actor_id, action, relations, columns) values ('crowd', 'READ', '{}', '{}')",
      });
    }
    expect(ids).toHaveLength(2500);
    expect(ids).toEqual(ids.toSorted((a, b) => Number(b - a)));
  });

  it("give their connection back when the loop ends early", async () => {
    // The pool has four.
    for (let round = 0; round < 6; round += 1) {
      for await (const record of trail.records()) {
        expect(record.id).toBeTruthy();
        break;
      }
    }
    expect((await trail.query({ limit: 1 })).records).toHaveLength(1);
  });

  it("say what the connection lacks", async () => {
    const outsider = await database.login({ writer: true });
    await expect(openTrail(outsider.db).records()[Symbol.asyncIterator]().next()).rejects.toThrow(
      "member of offramp_auditor",
    );
  });
});

describe("exports", () => {
  const lines = async (chunks: AsyncIterable<string>): Promise<string[]> => {
    let text = "";
    for await (const chunk of chunks) text += chunk;
    return text.split(/\r?\n/);
  };

  it("CSV by RFC 4180, with no formula for a spreadsheet", async () => {
    const [header = "", ...rows] = await lines(
      exportCsv(trail.records({ between: ["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"] })),
    );
    expect(header.split(",").slice(0, 4)).toEqual(["id", "recordedAt", "transactionAt", "actorId"]);
    expect(rows).toHaveLength(6);
    expect(rows[0]).toContain(`,"'=HYPERLINK(""http://x""), ""quoted""",`);
    expect(rows[4]).toContain(`,"[""ada"",""ben""]",`);
    expect(rows[5]).toBe("");
  });

  it("newline-delimited JSON", async () => {
    const rows = await lines(exportNdjson(trail.records({ subject: "ada" })));
    expect(rows.slice(0, 2).map((row) => (JSON.parse(row) as AccessRecord).actorId)).toEqual(["sam", "lena"]);
  });
});
