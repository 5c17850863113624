import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTrail, type Trail } from "../../src/index.ts";
import type { TrailDatabase } from "../trail-database.ts";
import { examinedTrail } from "./examined-trail.ts";

let database: TrailDatabase;
let trail: Trail;

const many = Array.from({ length: 120 }, (_, index) => `p${index}`);

beforeAll(async () => {
  database = await examinedTrail([
    // February: what is known of lena and ada already.
    { at: "2026-02-10T10:00:00Z", actor: "lena", subjects: ["ada"] },
    // Monday, March 2nd.
    { at: "2026-03-02T10:00:00Z", actor: "lena", subjects: ["ada"] },
    { at: "2026-03-02T10:30:00Z", actor: "lena", subjects: ["ben"], action: "UPDATE", purpose: "HPAYMT" },
    { at: "2026-03-02T20:30:00Z", actor: "sam", subjects: ["ada"], outcome: "denied", sqlstate: "42501" },
    { at: "2026-03-02T20:31:00Z", actor: "sam", subjects: ["ada"], outcome: "failed", sqlstate: "42703" },
    // Saturday.
    { at: "2026-03-07T12:00:00Z", actor: null, subjects: ["ada"], breakGlass: true, purpose: "ETREAT" },
    { at: "2026-03-03T12:00:00Z", actor: "export", subjects: many },
    { at: "2026-04-01T12:00:00Z", actor: "lena", subjects: ["ada"] },
  ]);
  trail = openTrail(database.admin);
});
afterAll(() => database.close());

const march = ["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"] as const;

describe("accessReport", () => {
  it("says who has seen a patient's data, what of it, why and when", async () => {
    const report = await trail.accessReport("ada");
    expect(report).toMatchObject({
      subject: "ada",
      accesses: 6,
      denied: 1,
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
        relations: ["public.profiles"],
        columns: ["public.profiles.email"],
      },
      expect.objectContaining({ actorId: "sam", accesses: 2 }),
      expect.objectContaining({ actorId: null, accesses: 1, purposes: ["ETREAT"] }),
    ]);
  });

  it("of a time only, and of somebody whom nobody has seen", async () => {
    expect(await trail.accessReport("ada", { between: march })).toMatchObject({ accesses: 4 });
    expect(await trail.accessReport("nobody")).toEqual({
      subject: "nobody",
      accesses: 0,
      denied: 0,
      breakGlass: 0,
      first: null,
      last: null,
      actors: [],
    });
  });
});

describe("activityReview", () => {
  it("counts a time, and lists what is worth a look", async () => {
    const review = await trail.activityReview({ between: march });
    expect(review.accesses).toBe(6);
    expect(review.byActorAndHour).toContainEqual({ actorId: "lena", hour: 10, accesses: 2 });
    expect(review.firstTimePairs.filter(({ actorId }) => actorId !== "export")).toEqual([
      { actorId: null, subject: "ada", at: "2026-03-07T12:00:00.000000Z" },
      { actorId: "sam", subject: "ada", at: "2026-03-02T20:30:00.000000Z" },
      { actorId: "lena", subject: "ben", at: "2026-03-02T10:30:00.000000Z" },
    ]);
    expect(review.afterHours).toEqual([
      { actorId: "sam", accesses: 2, last: "2026-03-02T20:31:00.000000Z" },
      { actorId: null, accesses: 1, last: "2026-03-07T12:00:00.000000Z" },
    ]);
    expect(review.manySubjects).toMatchObject([{ actorId: "export", subjects: 120 }]);
    expect(review.refused).toEqual([{ actorId: "sam", denied: 1, failed: 1 }]);
    expect(review.breakGlass).toMatchObject([{ actorId: null, subjects: ["ada"] }]);
  });

  it("in the hours of a place", async () => {
    // 20:30 in UTC is 14:30 in Chicago; 10:00 is 4:00.
    const review = await trail.activityReview({ between: march, timeZone: "America/Chicago" });
    expect(review.afterHours.map(({ actorId }) => actorId)).toEqual(["lena", "export", null]);
    expect(review.byActorAndHour).toContainEqual({ actorId: "sam", hour: 14, accesses: 2 });
  });

  it("by another measure of what is unusual", async () => {
    const review = await trail.activityReview({
      between: march,
      manySubjects: 200,
      workingHours: { from: 0, to: 24, days: [1, 2, 3, 4, 5, 6, 7] },
    });
    expect(review.manySubjects).toEqual([]);
    expect(review.afterHours).toEqual([]);
  });
});
