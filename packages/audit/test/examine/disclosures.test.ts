import type { Database } from "@offramp/db";
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Disclosure, openTrail, signingKey, type Trail, withActor } from "../../src/index.ts";
import { type TrailDatabase, trailDatabase } from "../trail-database.ts";

let database: TrailDatabase;
let app: Database;
let trail: Trail;
let officer: Trail;

const department = { name: "County Health Department", address: "1 Main Street, Springfield" };
const report: Disclosure = {
  subject: "ada",
  recipient: department,
  what: "Laboratory report of a notifiable disease",
  purpose: "Report that the law requires",
  purposeOfUse: "PUBHLTH",
};
const requestedAt = "2026-11-02T00:00:00Z";

beforeAll(async () => {
  database = await trailDatabase();
  const writer = await database.login({ writer: true });
  app = writer.db;
  trail = openTrail(app);
  const auditor = await database.login({});
  await database.admin.query({ text: `grant offramp_auditor to ${auditor.role}` });
  officer = openTrail(auditor.db);

  for (const at of ["2026-03-02T10:00:00Z", "2026-01-05T09:00:00Z", "2026-06-01"])
    await trail.disclose({ ...report, at });
  await trail.disclose({
    subject: ["ada", "ben"],
    recipient: { name: "State Police" },
    what: "Dates of visits",
    request: "court order 26-118, file room B",
    at: "2026-05-01T00:00:00Z",
  });
  // Six years to the day are in, a moment more is not; what was after the request is not.
  await trail.disclose({ ...report, what: "the oldest", at: "2020-11-02T00:00:00Z" });
  await trail.disclose({ ...report, what: "too old", at: "2020-11-01T23:59:59.999999Z" });
  await trail.disclose({ ...report, what: "too late", at: requestedAt });
  // 164.528(a)(1).
  for (const purposeOfUse of ["TREAT", "HPAYMT", "HQUALIMP", "PATRQT", "TREAT"] as const)
    await trail.disclose({ ...report, what: "excepted", purposeOfUse, at: "2026-04-01" });
  await trail.disclose({ ...report, what: "by consent", exception: "authorization", at: "2026-04-01" });
  await trail.disclose({
    ...report,
    what: "said to count",
    purposeOfUse: "TREAT",
    exception: null,
    at: "2026-04-02",
  });
});
afterAll(() => database.close());

describe("accountingOfDisclosures", () => {
  it("has what 164.528(b)(2) asks for, and repeated disclosures once, as (b)(3) has them", async () => {
    const accounting = await officer.accountingOfDisclosures("ada", { requestedAt });
    expect(accounting.disclosures.map(({ what }) => what)).toEqual([
      "the oldest",
      "Laboratory report of a notifiable disease",
      "said to count",
      "Dates of visits",
    ]);
    expect(accounting.disclosures[1]).toEqual({
      date: "2026-01-05T09:00:00.000000Z",
      recipient: department,
      what: "Laboratory report of a notifiable disease",
      purpose: "Report that the law requires",
      request: null,
      purposeOfUse: "PUBHLTH",
      times: 3,
      last: "2026-06-01T00:00:00.000000Z",
      records: [expect.stringMatching(/^\d+$/), expect.any(String), expect.any(String)],
    });
    expect(accounting.disclosures[3]).toMatchObject({
      recipient: { name: "State Police", address: null },
      purpose: null,
      request: "court order 26-118, file room B",
      times: 1,
    });
  });

  it("is of the six years before the request, or of less", async () => {
    const whole = await officer.accountingOfDisclosures("ada", { requestedAt });
    expect(whole).toMatchObject({ from: "2020-11-02T00:00:00.000000Z", to: "2026-11-02T00:00:00.000000Z" });
    const less = await officer.accountingOfDisclosures("ada", { requestedAt, since: "2026-02-01" });
    expect(less.disclosures.map(({ what, times }) => [what, times])).toEqual([
      ["Laboratory report of a notifiable disease", 2],
      ["said to count", 1],
      ["Dates of visits", 1],
    ]);
    await expect(
      officer.accountingOfDisclosures("ada", { requestedAt, since: "2020-01-01" }),
    ).rejects.toThrow("six years");
  });

  it("leaves out what 164.528(a)(1) excepts, and says how many to the officer", async () => {
    const { leftOut } = await officer.accountingOfDisclosures("ada", { requestedAt });
    expect(leftOut).toEqual({ treatment: 2, payment: 1, operations: 1, individual: 1, authorization: 1 });
  });

  it("leaves out for a time what an agency asked to: 164.528(a)(2)", async () => {
    const suspended = [{ recipient: "State Police", until: "2027-01-01" }];
    const during = await officer.accountingOfDisclosures("ada", { requestedAt, suspended });
    expect(during.suspended).toBe(1);
    expect(during.disclosures.map(({ recipient }) => recipient.name)).not.toContain("State Police");
    const after = await officer.accountingOfDisclosures("ben", {
      requestedAt,
      suspended: [{ recipient: "State Police", until: "2026-10-01" }],
    });
    expect(after.disclosures).toHaveLength(1);
  });

  it("is for those who may read the trail", async () => {
    await expect(trail.accountingOfDisclosures("ada")).rejects.toThrow("member of offramp_auditor");
  });
});

describe("disclose", () => {
  it("records who did it, as an action of its own", async () => {
    await withActor(
      { id: "lena", role: "clinician", purposeOfUse: "PUBHLTH", ip: "192.0.2.7", requestId: "r-9" },
      () => trail.disclose({ ...report, subject: "cyd", relations: ["public.reports"] }),
    );
    const { records } = await officer.query({ subject: "cyd" });
    expect(records).toMatchObject([
      {
        action: "DISCLOSE",
        actorId: "lena",
        purposeOfUse: "PUBHLTH",
        ip: "192.0.2.7",
        requestId: "r-9",
        relations: ["public.reports"],
      },
    ]);
    expect(records[0]?.details).toMatchObject({ disclosure: { recipient: department } });
  });

  it("keeps an address that is none, as other records do", async () => {
    await withActor({ id: "lena", ip: "unknown" }, () => trail.disclose({ ...report, subject: "eve" }));
    const [record] = (await officer.query({ subject: "eve" })).records;
    expect(record).toMatchObject({ ip: null, details: { malformed_ip: "unknown" } });
  });

  it("commits with the transaction that it is given", async () => {
    const undone = app.transaction(async (transaction) => {
      await trail.disclose({ ...report, subject: "dan" }, transaction);
      throw new Error("the message could not be sent");
    });
    await expect(undone).rejects.toThrow("could not be sent");
    expect((await officer.query({ subject: "dan" })).records).toEqual([]);
    await app.transaction((transaction) => trail.disclose({ ...report, subject: "dan" }, transaction));
    expect((await officer.query({ subject: "dan" })).records).toHaveLength(1);
  });

  it.each([
    ["nobody", { subject: [] }, "at least one patient"],
    ["a recipient without a name", { recipient: { name: " " } }, "recipient.name"],
    ["no description", { what: "" }, "what must be"],
    ["neither purpose nor request", { purpose: undefined }, "164.528(b)(2)(iv)"],
    ["the future", { at: new Date(Date.now() + 3_600_000) }, "in the future"],
    ["a time that is none", { at: "yesterday" }, "no date"],
    ["a code that is none", { purposeOfUse: "BECAUSE" }, "v3-PurposeOfUse"],
    ["an exception that is none", { exception: "because" }, "DisclosureException"],
  ])("refuses %s", async (_, wrong, words) => {
    await expect(trail.disclose({ ...report, ...wrong } as Disclosure)).rejects.toThrow(words);
  });

  it("the database itself takes none that lacks a field", async () => {
    const insert = (details: unknown): Promise<unknown> =>
      app.query({
        text: "insert into audit.phi_access_log (action, relations, columns, subjects, details) values ('DISCLOSE', '{}', '{}', '{ada}', $1::text::jsonb)",
        values: [JSON.stringify(details)],
      });
    await expect(insert({})).rejects.toMatchObject({ code: "23514" });
    await expect(
      insert({ disclosure: { recipient: {}, what: "x", purpose: "y", at: "2026-01-01" } }),
    ).rejects.toMatchObject({ code: "23514" });
    await expect(
      insert({ disclosure: { recipient: department, what: "x", at: "2026-01-01" } }),
    ).rejects.toMatchObject({ code: "23514" });
  });

  it("is sealed with its recipient and purpose", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const key = signingKey("test", privateKey.export({ type: "pkcs8", format: "pem" }) as string);
    const keeper = openTrail(database.admin, { key });
    await keeper.seal();
    // Also partitions of later hold records to it.
    expect(await keeper.ensurePartitions({ monthsAhead: 5 })).toHaveLength(2);
    const [record] = (await officer.query({ subject: "cyd" })).records;
    const { record: encoded } = await keeper.proof(record?.id ?? "");
    expect(encoded).toContain("County Health Department");
    expect(encoded).toContain("Report that the law requires");
    expect((await keeper.verify()).intact).toBe(true);
  });
});
