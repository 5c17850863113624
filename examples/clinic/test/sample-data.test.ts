import { expect, it } from "vitest";
import { sampleData } from "../src/sample-data.ts";

it("is the same for the same seed, and another for another", () => {
  expect(sampleData(50, 7)).toEqual(sampleData(50, 7));
  expect(sampleData(50, 8)).not.toEqual(sampleData(50, 7));
});

it("gives each patient a name of their own and a subscription, and every row its own id", () => {
  const data = sampleData(1_000, 2026);
  expect(new Set(data.profiles.map(({ email }) => email)).size).toBe(1_000);
  expect(data.subscriptions.map(({ user_id }) => user_id)).toEqual(data.profiles.map(({ id }) => id));
  const ids = Object.values(data).flatMap((rows: readonly { readonly id: string }[]) =>
    rows.map(({ id }) => id),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(
    ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
  ).toEqual([]);
});

it("writes a report only about a test of the same patient", () => {
  const data = sampleData(200, 1);
  const patientOf = new Map(data.metabolicTests.map(({ id, user_id }) => [id, user_id]));
  expect(data.reports.length).toBeGreaterThan(100);
  expect(data.reports.filter(({ test_id, user_id }) => patientOf.get(test_id) !== user_id)).toEqual([]);
});
