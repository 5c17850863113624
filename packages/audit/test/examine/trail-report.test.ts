import type { Database } from "@offramp/db";
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTrail, renderReport, signingKey, type Trail } from "../../src/index.ts";
import type { TrailDatabase } from "../trail-database.ts";
import { examinedTrail } from "./examined-trail.ts";

let database: TrailDatabase;
let auditor: Database;
let trail: Trail;

const march = ["2026-03-01T00:00:00-06:00", "2026-04-01T00:00:00-05:00"] as const;
const timeZone = "America/Chicago";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const key = signingKey("test", privateKey.export({ type: "pkcs8", format: "pem" }) as string);

beforeAll(async () => {
  database = await examinedTrail([
    // March 1st in Chicago begins at 6:00 in UTC.
    { at: "2026-03-01T05:59:59Z", actor: "lena" },
    { at: "2026-03-02T15:00:00Z", actor: "lena", subjects: ["ada", "ben"] },
    { at: "2026-03-02T16:00:00Z", actor: "lena", subjects: ["ada"] },
    // The evening of the 2nd.
    { at: "2026-03-03T03:00:00Z", actor: "sam", subjects: ["ada"], breakGlass: true },
    { at: "2026-03-04T15:00:00Z", actor: "sam", subjects: ["cyd"], outcome: "denied", sqlstate: "42501" },
    { at: "2026-03-05T15:00:00Z", actor: null, subjects: [] },
  ]);
  await openTrail(database.admin, { key }).seal();
  const login = await database.login({});
  await database.admin.query({ text: `grant offramp_auditor to ${login.role}` });
  auditor = login.db;
  trail = openTrail(auditor, {
    trusted: [{ id: "test", publicKey: publicKey.export({ type: "spki", format: "pem" }) as string }],
  });
});
afterAll(() => database.close());

describe("trail.report", () => {
  it("counts by user and by patient", async () => {
    const { figures, review } = await trail.report({ between: march, timeZone });
    expect(review).toMatchObject({ accesses: 4, denied: 1 });
    expect(figures).toMatchObject({ breakGlass: 1, disclosures: { total: 0, entries: [] } });
    expect(figures.actors).toMatchObject({
      total: 3,
      entries: [
        { actorId: "lena", accesses: 2, subjects: 2, denied: 0, roles: ["clinician"] },
        { actorId: "sam", accesses: 1, subjects: 1, denied: 1, breakGlass: 1 },
        { actorId: null, accesses: 1, subjects: 0 },
      ],
    });
    expect(figures.subjects).toMatchObject({
      total: 3,
      entries: [
        { subject: "ada", accesses: 3, actors: 2, breakGlass: 1 },
        { subject: "ben", accesses: 1, actors: 1 },
        { subject: "cyd", accesses: 0, actors: 0, refused: 1 },
      ],
    });
  });

  it("has a bar for each day of the place, those without accesses too", async () => {
    const { figures, unit } = await trail.report({ between: march, timeZone, verify: false });
    expect(unit).toBe("day");
    expect(figures.timeline).toHaveLength(31);
    expect(figures.timeline.slice(0, 4)).toEqual([
      { at: "2026-03-01T06:00:00.000000Z", accesses: 0, refused: 0, breakGlass: 0 },
      { at: "2026-03-02T06:00:00.000000Z", accesses: 3, refused: 0, breakGlass: 1 },
      { at: "2026-03-03T06:00:00.000000Z", accesses: 0, refused: 0, breakGlass: 0 },
      { at: "2026-03-04T06:00:00.000000Z", accesses: 0, refused: 1, breakGlass: 0 },
    ]);
    // Summer time begins on the 8th.
    expect(figures.timeline[8]?.at).toBe("2026-03-09T05:00:00.000000Z");
  });

  it.each([
    [["2026-03-02", "2026-03-04"], "hour", 48],
    [["2026-01-01", "2026-12-31"], "week", 53],
    [["2020-01-01", "2026-01-01"], "month", 72],
  ] as const)("of %s has bars of an %s", async (between, unit, bars) => {
    const report = await trail.report({ between, verify: false });
    expect(report.unit).toBe(unit);
    expect(report.figures.timeline).toHaveLength(bars);
  });

  it("lists what was given to others in the time", async () => {
    const giver = openTrail(database.admin);
    await giver.disclose({
      subject: ["ada", "ben"],
      recipient: { name: "County Health Department", address: "1 Main Street" },
      what: "Laboratory report",
      request: "order 26-118",
      at: "2026-03-02",
    });
    const day = 86_400_000;
    const between = [new Date(Date.now() - day), new Date(Date.now() + day)] as const;
    const { figures } = await trail.report({ between, verify: false });
    expect(figures.disclosures).toMatchObject({
      total: 1,
      entries: [
        {
          at: "2026-03-02T00:00:00.000000Z",
          recipient: "County Health Department, 1 Main Street",
          what: "Laboratory report",
          purpose: "order 26-118",
          subjects: 2,
        },
      ],
    });
    expect(figures.subjects.entries).toMatchObject([{ disclosures: 1 }, { disclosures: 1 }]);
  });

  it("says how many there are where it lists fewer", async () => {
    const { figures } = await trail.report({ between: march, rows: 1, verify: false });
    expect(figures.actors.total).toBe(3);
    expect(figures.actors.entries.map(({ actorId }) => actorId)).toEqual(["lena"]);
    await expect(trail.report({ between: march, rows: 0 })).rejects.toThrow("rows must be");
  });

  it("verifies the trail, and its page says so", async () => {
    const report = await trail.report({ between: march, timeZone });
    expect(report).toMatchObject({ integrity: { intact: true, seals: 1, records: 6 }, unaccounted: 0 });
    expect(await renderReport(report)).toMatch(/class="verdict good"/);
  });

  it("is about as much as the auditor may see, and tells who may not", async () => {
    const outsider = await database.login({});
    await expect(openTrail(outsider.db).report({ between: march })).rejects.toThrow(
      "member of offramp_auditor",
    );
  });
});
