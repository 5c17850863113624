import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile, chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { type Database, migrate } from "@offramp/db";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Archive,
  ddlGuard,
  fileArchive,
  openTrail,
  type SignedRetention,
  type Trail,
} from "../../src/index.ts";
import { verifyArchive } from "../../src/proof-entry.ts";
import { anAccess, append } from "../append.ts";
import { newKey } from "../seal/new-key.ts";
import { type TrailDatabase, trailDatabase } from "../trail-database.ts";
import { oldMonths } from "./old-months.ts";

const key = newKey("seal-1");
let trail: TrailDatabase;
let admin: Database;
let retainer: Database;
let app: Database;
let kept: Trail;
let folder: string;
let archive: Archive;

beforeEach(async () => {
  trail = await trailDatabase();
  admin = trail.admin;
  const login = await trail.login({});
  await admin.query({ text: `grant offramp_audit_retainer, offramp_audit_sealer to ${login.role}` });
  retainer = login.db;
  app = (await trail.login({ writer: true })).db;
  kept = openTrail(retainer, { key });
  folder = await mkdtemp(join(tmpdir(), "offramp-retain-"));
  archive = fileArchive(folder);
});
afterEach(async () => {
  await trail.close();
  await rm(folder, { recursive: true });
});

const partitions = async (): Promise<readonly (string | null | undefined)[]> => {
  const rows = await admin.query({
    text: `select c.relname as name from pg_inherits join pg_class c on c.oid = inhrelid
      where inhparent = 'audit.phi_access_log'::regclass and c.relname < 'phi_access_log_2024' order by 1`,
  });
  return rows.map(({ name }) => name);
};

async function retentionOf(number: number): Promise<SignedRetention> {
  const retention = (await kept.retentions())[number];
  if (retention === undefined) throw new Error(`There is no retention statement ${number}.`);
  return retention;
}

const opened = (path: string): AsyncIterable<Uint8Array> => createReadStream(path).pipe(createGunzip());

describe("retaining", () => {
  it("archives and drops what is older than six years, and the trail still verifies", async () => {
    // Months end inside blocks: of three, each holds records of two or three months.
    await oldMonths(admin, { 201901: 3, 201902: 4 });
    await kept.seal({ blockRecords: 5 });
    await oldMonths(admin, { 201902: 2, 202301: 3 });
    await append(app, { call: anAccess });
    await kept.seal();

    const plan = await kept.retain({ archive, dryRun: true });
    expect(plan).toMatchObject({
      dryRun: true,
      months: [
        { partition: "phi_access_log_201901", from: "2019-01-01T00:00:00Z", records: 3, stays: null },
        { partition: "phi_access_log_201902", to: "2019-03-01T00:00:00Z", records: 6, stays: null },
      ],
    });
    expect(await readdir(folder)).toEqual([]);
    expect(await partitions()).toHaveLength(3);

    const { months } = await kept.retain({ archive });
    expect(months.map(({ statement }) => statement)).toMatchObject([
      {
        number: 0,
        previous: null,
        records: 3,
        archiveLocation: join(folder, "phi_access_log_201901.ndjson.gz"),
      },
      { number: 1, records: 6, previous: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(await partitions()).toEqual(["phi_access_log_202301"]);
    const report = await kept.verify();
    expect(report).toMatchObject({ intact: true, records: 13, dropped: 9 });
    expect(report.findings).toMatchObject([{ kind: "unsealed" }]);
    expect(await kept.retain({ archive })).toMatchObject({ months: [] });
    await kept.seal();
    expect(await kept.verify()).toMatchObject({ intact: true, records: 15, findings: [] });
  });

  it("leaves a record in the trail of who did it, and to what", async () => {
    await oldMonths(admin, { 201901: 3 });
    await kept.seal();
    await kept.retain({ archive });
    const [row] = await admin.query({
      text: `select actor_id = database_user as same, action, row_count, details - 'statement_sha256' as details
        from audit.phi_access_log where relations = '{audit.phi_access_log}'`,
    });
    expect(row).toEqual({
      same: "t",
      action: "DELETE",
      row_count: "3",
      details: '{"partition": "phi_access_log_201901", "retention": 0}',
    });
  });

  it("drops nothing that is not sealed", async () => {
    await oldMonths(admin, { 201901: 3 });
    await kept.seal();
    await oldMonths(admin, { 201901: 1, 201902: 2 });
    expect((await kept.retain({ archive })).months).toMatchObject([
      { records: 4, stays: "it has records that are not sealed", statement: undefined },
      { records: 2, stays: "it has records that are not sealed", statement: undefined },
    ]);
    expect(await partitions()).toHaveLength(2);
  });

  it("drops nothing that is not as it was sealed", async () => {
    await oldMonths(admin, { 201901: 3 });
    await kept.seal();
    await admin.query({
      text: `alter table audit.phi_access_log disable trigger all; alter table audit.phi_access_log_201901 disable trigger all;
        update audit.phi_access_log set actor_id = 'u-9' where actor_id = 'u-2'`,
      script: true,
    });
    await expect(kept.retain({ archive })).rejects.toThrow(
      /201901 is not as it was sealed \(record \d+ is not/,
    );
    expect(await readdir(folder)).toEqual([]);
    expect(await partitions()).toHaveLength(1);
  });

  it("drops nothing when the archive gives back something else", async () => {
    await oldMonths(admin, { 201901: 3 });
    await kept.seal();
    const forgetful: Archive = {
      ...archive,
      async *read(location) {
        for await (const part of archive.read(location)) yield part.subarray(0, part.length - 40);
      },
    };
    await expect(kept.retain({ archive: forgetful })).rejects.toThrow(/its archive is not good/);
    expect(await partitions()).toHaveLength(1);
  });

  it("keeps longer when asked to, and never shorter than the rule", async () => {
    await oldMonths(admin, { 201901: 1 });
    await kept.seal();
    expect(await kept.retain({ archive, years: 10, dryRun: true })).toMatchObject({ months: [] });
    await expect(kept.retain({ archive, years: 5 })).rejects.toThrow(
      /kept for 6 years at least, not for 5 years/,
    );
    await admin.query({ text: "insert into audit.retention_rule (keep) values ('12 years')" });
    expect(await kept.retain({ archive })).toMatchObject({ months: [] });
    await expect(kept.retain({ archive, years: 10 })).rejects.toThrow(/kept for 12 years at least/);
  });

  it("never replaces an archive", async () => {
    await oldMonths(admin, { 201901: 1 });
    await kept.seal();
    await kept.retain({ archive });
    await oldMonths(admin, { 201901: 2 });
    await kept.seal();
    const { months } = await kept.retain({ archive });
    expect(months[0]?.statement?.archiveLocation).toBe(join(folder, "phi_access_log_201901.2.ndjson.gz"));
    expect(await kept.verify()).toMatchObject({ intact: true, dropped: 3 });
  });

  it("passes the guard against DDL, by a role that is no superuser", async () => {
    await oldMonths(admin, { 201901: 3 });
    await migrate(admin, [ddlGuard()]);
    await kept.seal();
    expect((await kept.retain({ archive })).months).toMatchObject([{ stays: null, records: 3 }]);
    expect(await partitions()).toEqual([]);
  });

  it("does not count calls as unaccounted that went with their month", async () => {
    await oldMonths(admin, { 201901: 2, 201902: 2 });
    const triggers = (state: string): string =>
      ["phi_access_log", "phi_access_log_201901", "phi_access_log_201902"]
        .map((table) => `alter table audit.${table} ${state} trigger all;`)
        .join("");
    await admin.query({
      text: `${triggers("disable")}
        update audit.phi_access_log set writer_id = '6ce4a4a5-76d3-4f5f-a9e0-000000000001',
          writer_call = (array[1, 2, 3, 5])[id]`,
      script: true,
    });
    await kept.seal();
    await kept.hold({ between: ["2019-02-01T00:00:00Z", "2019-03-01T00:00:00Z"], reason: "the test" });
    await kept.retain({ archive });
    const rows = await admin.query({
      text: "select first_call, last_call, unaccounted from audit.unaccounted_calls",
    });
    expect(rows).toEqual([{ first_call: "3", last_call: "5", unaccounted: "1" }]);
  });

  it("waits for a verification that is running", async () => {
    await oldMonths(admin, { 201901: 3 });
    await kept.seal();
    await retainer.transaction(async (transaction) => {
      await transaction.query({ text: "lock table audit.phi_access_log in access share mode" });
      await expect(kept.retain({ archive })).rejects.toThrow("lock timeout");
    });
    expect((await kept.retain({ archive })).months).toMatchObject([{ stays: null }]);
  });
});

describe("a legal hold", () => {
  it("on a patient keeps the months that name it, until it is released", async () => {
    await oldMonths(admin, { 201901: 2 }, "p-1");
    await oldMonths(admin, { 201902: 2 }, "p-2");
    await kept.seal();
    const hold = await kept.hold({ subject: "p-1", reason: "Case 26-114" });
    expect((await kept.retain({ archive })).months).toMatchObject([
      { partition: "phi_access_log_201901", stays: `legal hold ${hold} is on it` },
      { partition: "phi_access_log_201902", stays: null },
    ]);
    await kept.releaseHold(hold, "settled");
    expect((await kept.retain({ archive })).months).toMatchObject([
      { partition: "phi_access_log_201901", stays: null },
    ]);
    await expect(retainer.query({ text: "delete from audit.legal_hold" })).rejects.toThrow(
      "permission denied",
    );
    await expect(admin.query({ text: "delete from audit.legal_hold" })).rejects.toThrow("append-only");
  });

  it("on a time keeps the months that it touches, and on a patient in a time those of them that name it", async () => {
    await oldMonths(admin, { 201901: 1, 201902: 1, 201903: 1 });
    await kept.seal();
    await kept.hold({ between: ["2019-02-10T00:00:00Z", "2019-02-11T00:00:00Z"], reason: "Inquiry" });
    await kept.hold({
      subject: "p-old",
      between: ["2019-03-20T00:00:00Z", "2019-04-01T00:00:00Z"],
      reason: "Case",
    });
    const { months } = await kept.retain({ archive, dryRun: true });
    expect(months.map(({ stays }) => stays !== null)).toEqual([false, true, false]);
  });
});

describe("nobody shreds evidence:", () => {
  const drop = "select audit.drop_partition('offramp audit retention 1', '')";

  it("the application may neither list nor drop, nor touch holds and rule", async () => {
    for (const text of [
      drop,
      "select * from audit.expired_partitions('7 years')",
      "insert into audit.legal_hold_release (hold, reason) values (1, 'x')",
      "insert into audit.retention_rule (keep) values ('1 year')",
      "insert into audit.retention (number, statement, signature, month_to) values (0, '', '', now())",
      "select * from audit.retention",
    ])
      await expect(app.query({ text })).rejects.toMatchObject({ code: "42501" });
  });

  it("the owner of the trail may not call the function that drops, although it is its own", async () => {
    await oldMonths(admin, { 201901: 1 });
    await kept.seal();
    await admin.transaction(async (transaction) => {
      await transaction.query({ text: "set local role offramp_audit_owner" });
      await expect(transaction.savepoint((inner) => inner.query({ text: drop }))).rejects.toThrow(
        "offramp_audit_owner may not drop records: it is no member of offramp_audit_retainer",
      );
    });
  });

  it("a member of offramp_audit_retainer can drop only what is over, sealed and free, and only that", async () => {
    await oldMonths(admin, { 201901: 2, 202301: 2 });
    await kept.seal();
    await oldMonths(admin, { 201902: 1 });
    const said = (partition: string, records: string, month: string): string =>
      `offramp audit retention 1\nnumber 0\nprevious -\npartition ${partition}\nmonth ${month}\nrecords ${records}\nids 1 2\n`;
    const january = "2019-01-01T00:00:00Z 2019-02-01T00:00:00Z";
    const current = `phi_access_log_${new Date().toISOString().slice(0, 7).replace("-", "")}`;
    for (const [statement, reason] of [
      [
        said("phi_access_log_202301", "2", "2023-01-01T00:00:00Z 2023-02-01T00:00:00Z"),
        "there is none whose time is over",
      ],
      [said(current, "0", january), "there is none whose time is over"],
      [said("phi_access_log_default", "0", january), "there is none whose time is over"],
      [said("seal", "0", january), "there is none whose time is over"],
      [said("phi_access_log_201902", "1", january), "not sealed"],
      [said("phi_access_log_201901", "3", january), "not what the statement says"],
      [
        said("phi_access_log_201901", "2", "2018-01-01T00:00:00Z 2019-02-01T00:00:00Z"),
        "not what the statement says",
      ],
      ["anything", "the statement is none"],
    ] as const) {
      const attempt = retainer.query({ text: "select audit.drop_partition($1, '')", values: [statement] });
      await expect(attempt).rejects.toThrow(reason);
    }
    for (const text of [
      "drop table audit.phi_access_log_201901",
      "insert into audit.retention (number, statement, signature, month_to) values (0, '', '', now())",
      "insert into audit.retention_rule (keep) values ('1 year')",
      "set role offramp_audit_owner",
    ])
      await expect(retainer.query({ text })).rejects.toMatchObject({ code: "42501" });
    expect(await partitions()).toHaveLength(3);
  });

  it("needs a key", async () => {
    await expect(openTrail(retainer).retain({ archive })).rejects.toThrow("open the trail with the key");
  });
});

/** The second record as a line that only proves the others. RFC 6962, section 2.1: the hash of a leaf. */
function hidden(line: string): string {
  if (!line.includes("u-2")) return line;
  const { record } = JSON.parse(line) as { readonly record: string };
  return JSON.stringify({ leaf: createHash("sha256").update("\0").update(record).digest("hex") });
}

describe("an archive", () => {
  let location: string;

  beforeEach(async () => {
    await oldMonths(admin, { 201901: 4 });
    await oldMonths(admin, { 201902: 3 });
    await kept.seal();
    const { months } = await kept.retain({ archive });
    location = months[0]?.statement?.archiveLocation ?? "";
  });

  it("is proved by public keys alone, and by the signed statement to be whole", async () => {
    const retention = await retentionOf(0);
    const expected = { valid: true, partition: "phi_access_log_201901", records: 4 };
    expect(await verifyArchive(opened(location), [key])).toMatchObject(expected);
    expect(await verifyArchive(opened(location), [key], { retention })).toMatchObject(expected);
    expect(await verifyArchive(opened(location), [newKey("seal-1")])).toMatchObject({ valid: false });
    expect(await verifyArchive(opened(location), [])).toMatchObject({
      valid: false,
      reason: "The archive is signed with the key seal-1, which is not trusted.",
    });
    const other = await retentionOf(1);
    expect(await verifyArchive(opened(location), [key], { retention: other })).toMatchObject({
      valid: false,
    });
  });

  it.each<[string, (lines: string[]) => string[]]>([
    ["a changed record", (lines) => lines.map((line) => line.replace("u-2", "u-3"))],
    ["a record that is gone", (lines) => lines.filter((line) => !line.includes("u-2"))],
    ["a record that is hidden as its hash", (lines) => lines.map(hidden)],
    ["a tail that is cut off", (lines) => lines.slice(0, -1)],
    ["a block without its seal", (lines) => lines.filter((line) => !line.includes('"seal"'))],
    [
      "two records in another order",
      ([head = "", seal = "", one = "", two = "", ...rest]) => [head, seal, two, one, ...rest],
    ],
    [
      "another month in its head",
      (lines) =>
        lines.map((line) => line.replace("2019-01-01", "2018-12-01").replace("2019-02-01", "2019-01-01")),
    ],
    ["a line of something", (lines) => ["{}", ...lines]],
    ["no JSON", (lines) => [...lines, "PHI?"]],
  ])("with %s is refused", async (_, change) => {
    let text = "";
    for await (const part of opened(location)) text += Buffer.from(part).toString("utf8");
    const changed = change(text.trimEnd().split("\n"));
    async function* content(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${changed.join("\n")}\n`);
    }
    const result = await verifyArchive(content(), [key]);
    expect(result.valid).toBe(false);
    expect(JSON.stringify(result)).not.toContain("PHI?");
  });

  it("that hides a record and says so is refused with the signed statement", async () => {
    let text = "";
    for await (const part of opened(location)) text += Buffer.from(part).toString("utf8");
    const changed = text.split("\n").map(hidden).join("\n").replace('"records":4', '"records":3');
    async function* content(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(changed);
    }
    expect(await verifyArchive(content(), [key])).toMatchObject({ valid: true, records: 3 });
    const retention = await retentionOf(0);
    expect(await verifyArchive(content(), [key], { retention })).toMatchObject({
      valid: false,
      reason: "The archive does not have the records that the retention statement says.",
    });
  });

  it("that was damaged on the disk is refused", async () => {
    await chmod(location, 0o600);
    await appendFile(location, "x");
    expect(await verifyArchive(opened(location), [key])).toMatchObject({ valid: false });
  });
});
