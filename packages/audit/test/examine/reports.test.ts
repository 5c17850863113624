import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTrail, type Trail } from "../../src/index.ts";
import type { TrailDatabase } from "../trail-database.ts";
import { examinedTrail } from "./examined-trail.ts";

let database: TrailDatabase;
let trail: Trail;
let nights: TrailDatabase;
let night: Trail;

const many = Array.from({ length: 120 }, (_, index) => `p${index}`);

beforeAll(async () => {
  database = await examinedTrail([
    // February: what is known of lena and ada already.
    { at: "2026-02-10T10:00:00Z", actor: "lena", subjects: ["ada"] },
    // Monday, March 2nd.
    {
      at: "2026-03-02T10:00:00Z",
      actor: "lena",
      subjects: ["ada"],
      application: "portal",
      ip: "192.0.2.7",
      userAgent: "Firefox",
      relations: ["public.profiles", "public.reports"],
      columns: ["public.profiles.email", "public.reports.body", "public.profiles.full_name"],
    },
    { at: "2026-03-02T10:30:00Z", actor: "lena", subjects: ["ben"], action: "UPDATE", purpose: "HPAYMT" },
    { at: "2026-03-02T20:30:00Z", actor: "sam", subjects: ["ada"], outcome: "denied", sqlstate: "42501" },
    { at: "2026-03-02T20:31:00Z", actor: "sam", subjects: ["ada"], outcome: "failed", sqlstate: "42703" },
    // Saturday.
    { at: "2026-03-07T12:00:00Z", actor: null, subjects: ["ada"], breakGlass: true, purpose: "ETREAT" },
    { at: "2026-03-03T12:00:00Z", actor: "export", subjects: many },
    // One call that left a record for each patient.
    ...many
      .slice(0, 110)
      .map((subject) => ({ at: "2026-03-04T12:00:00Z", actor: "rows", subjects: [subject], call: 7 })),
    { at: "2026-04-01T12:00:00Z", actor: "lena", subjects: ["ada"] },
  ]);
  trail = openTrail(database.admin);
  nights = await examinedTrail(
    ["06T12:00", "06T23:30", "07T03:00", "07T23:30", "09T03:00"].map((at) => ({ at: `2026-03-${at}:00Z` })),
  );
  night = openTrail(nights.admin);
});
afterAll(async () => {
  await database.close();
  await nights.close();
});

const march = ["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"] as const;

describe("accessReport", () => {
  it("says who has seen a patient's data, what of it, why, when and from where", async () => {
    const report = await trail.accessReport("ada");
    expect(report).toMatchObject({
      subject: "ada",
      accesses: 4,
      denied: 1,
      failed: 1,
      breakGlass: 1,
      first: "2026-02-10T10:00:00.000000Z",
      last: "2026-04-01T12:00:00.000000Z",
    });
    expect(report.actors).toEqual([
      {
        actorId: "lena",
        roles: ["clinician"],
        accesses: 3,
        first: "2026-02-10T10:00:00.000000Z",
        last: "2026-04-01T12:00:00.000000Z",
        actions: ["READ"],
        purposes: ["TREAT"],
        applications: ["portal"],
        ips: ["192.0.2.7"],
        userAgents: ["Firefox"],
        relations: ["public.profiles", "public.reports"],
        columns: ["public.profiles.email", "public.profiles.full_name", "public.reports.body"],
      },
      expect.objectContaining({ actorId: null, accesses: 1, purposes: ["ETREAT"] }),
    ]);
  });

  it("does not take a call that was denied or failed for an access", async () => {
    const { actors, refused } = await trail.accessReport("ada");
    expect(actors.map(({ actorId }) => actorId)).not.toContain("sam");
    expect(refused).toEqual([{ actorId: "sam", denied: 1, failed: 1, last: "2026-03-02T20:31:00.000000Z" }]);
  });

  it("of a time only, and of somebody whom nobody has seen", async () => {
    expect(await trail.accessReport("ada", { between: march })).toMatchObject({ accesses: 2, denied: 1 });
    expect(await trail.accessReport("nobody")).toEqual({
      subject: "nobody",
      accesses: 0,
      denied: 0,
      failed: 0,
      breakGlass: 0,
      first: null,
      last: null,
      actors: [],
      refused: [],
    });
  });
});

describe("activityReview", () => {
  it("counts a time, and lists what is worth a look", async () => {
    const review = await trail.activityReview({ between: march });
    expect(review).toMatchObject({ accesses: 114, denied: 1, failed: 1 });
    expect(review.byActorAndHour).toContainEqual({ actorId: "lena", hour: 10, accesses: 2 });
    const people = review.firstTimePairs.entries.filter(
      ({ actorId }) => actorId === null || actorId === "lena",
    );
    expect(people).toEqual([
      { actorId: null, subject: "ada", at: "2026-03-07T12:00:00.000000Z" },
      { actorId: "lena", subject: "ben", at: "2026-03-02T10:30:00.000000Z" },
    ]);
    expect(review.afterHours).toEqual([{ actorId: null, accesses: 1, last: "2026-03-07T12:00:00.000000Z" }]);
    expect(review.refused).toEqual([{ actorId: "sam", denied: 1, failed: 1 }]);
    expect(review.breakGlass).toMatchObject({ total: 1, entries: [{ actorId: null, subjects: ["ada"] }] });
  });

  it("takes the records of one call together: one for each patient is as unusual as one for all", async () => {
    const { manySubjects } = await trail.activityReview({ between: march });
    expect(manySubjects).toMatchObject({
      total: 2,
      entries: [
        { actorId: "export", subjects: 120 },
        { actorId: "rows", subjects: 110, at: "2026-03-04T12:00:00.000000Z" },
      ],
    });
  });

  it("says how many there are where it shows fewer", async () => {
    const { firstTimePairs } = await trail.activityReview({ between: march, limit: 3 });
    expect(firstTimePairs.total).toBe(2 + 120 + 110);
    expect(firstTimePairs.entries.map(({ at }) => at.slice(8, 10))).toEqual(["07", "04", "04"]);
  });

  it("in the hours of a place", async () => {
    // 20:30 in UTC is 14:30 in Chicago; 10:00 is 4:00.
    const review = await trail.activityReview({ between: march, timeZone: "America/Chicago" });
    expect(review.afterHours.map(({ actorId }) => actorId)).toEqual(["rows", "lena", "export", null]);
    expect(review.byActorAndHour).toContainEqual({ actorId: "lena", hour: 4, accesses: 2 });
  });

  it("by another measure of what is unusual", async () => {
    const review = await trail.activityReview({
      between: march,
      manySubjects: 200,
      workingHours: { from: 0, to: 24, days: [1, 2, 3, 4, 5, 6, 7] },
    });
    expect(review.manySubjects).toEqual({ total: 0, entries: [] });
    expect(review.afterHours).toEqual([]);
  });

  it("knows nights, whose hours after midnight belong to the day before", async () => {
    const at = async (
      when: string,
      workingHours: { readonly from: number; readonly to: number; readonly days: readonly number[] },
    ): Promise<boolean> => {
      const { afterHours } = await night.activityReview({
        between: [when, new Date(Date.parse(when) + 1000)],
        workingHours,
      });
      return afterHours.length === 0;
    };
    const weeknights = { from: 22, to: 6, days: [1, 2, 3, 4, 5] };
    // 2026-03-06 is a Friday.
    expect(await at("2026-03-06T23:30:00Z", weeknights)).toBe(true);
    expect(await at("2026-03-07T03:00:00Z", weeknights)).toBe(true);
    expect(await at("2026-03-07T23:30:00Z", weeknights)).toBe(false);
    expect(await at("2026-03-09T03:00:00Z", weeknights)).toBe(false);
    expect(await at("2026-03-06T12:00:00Z", weeknights)).toBe(false);
    // The night of a Sunday ends on Monday.
    expect(await at("2026-03-09T03:00:00Z", { ...weeknights, days: [7] })).toBe(true);
    expect(await at("2026-03-06T23:30:00Z", { from: 12, to: 0, days: [5] })).toBe(true);
  });

  it.each([
    ["hours past the day", { workingHours: { from: 7, to: 25, days: [1] } }, "workingHours.to"],
    ["half hours", { workingHours: { from: 7.5, to: 19, days: [1] } }, "workingHours.from"],
    ["no hours at all", { workingHours: { from: 7, to: 7, days: [1] } }, "must differ"],
    ["a day that is none", { workingHours: { from: 7, to: 19, days: [0] } }, "workingHours.days"],
    ["a time zone that is none", { timeZone: "America/Gotham" }, "timeZone"],
    ["no patients", { manySubjects: 0 }, "manySubjects"],
    ["no entries", { limit: 0 }, "limit"],
  ])("refuses %s", async (_, options, words) => {
    await expect(trail.activityReview({ between: march, ...options })).rejects.toThrow(words);
  });
});
