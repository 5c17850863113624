import { reports } from "@offramp/db/schema";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ADA, type DrizzleClinic, drizzleClinic, REPORT } from "./drizzle-clinic.ts";

let clinic: DrizzleClinic;

beforeAll(async () => {
  clinic = await drizzleClinic("postgres.js");
  // A report's patient is that of its test, and the test's that of its profile.
  await clinic.admin.query({
    script: true,
    text: `
      update audit.phi_subject set column_name = 'test_id', followed_schema = 'public',
        followed_table = 'metabolic_tests', followed_key = 'id' where table_name = 'reports';
      update audit.phi_subject set followed_schema = 'public', followed_table = 'profiles', followed_key = 'id'
        where table_name = 'metabolic_tests'`,
  });
});

afterAll(() => clinic.close());

it("the patient is found over foreign keys", async () => {
  const { records } = await clinic.recorded((db) => db.select({ age: reports.biologicalAge }).from(reports));
  expect(records).toMatchObject([{ recordKeys: { "public.reports": [REPORT] }, subjects: [ADA] }]);
  const nested = await clinic.recorded((db) =>
    db.query.metabolicTests.findMany({
      columns: { id: true },
      with: { reports: { columns: { biologicalAge: true } } },
    }),
  );
  expect(nested.records[0]?.subjects).toEqual([ADA]);
});

it("and of a changed row", async () => {
  const { records } = await clinic.recorded((db) => db.update(reports).set({ biologicalAge: 40 }));
  expect(records).toMatchObject([{ action: "UPDATE", subjects: [ADA] }]);
});
