import type { Database } from "@offramp/db";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { openTrail } from "@offramp/audit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { explained, scannedWhole } from "../src/examine/explained.ts";
import { largeTrail, PATIENT } from "../src/examine/large-trail.ts";

let server: ThrowawayPostgres;
let db: Database;

beforeAll(async () => {
  server = await throwawayPostgres();
  db = await largeTrail(server, 100_000);
});

afterAll(async () => {
  await db.close();
  await server.stop();
});

test("the patient that is examined is one like the others", async () => {
  const { accesses, denied } = await openTrail(db).accessReport(PATIENT);
  expect(accesses + denied).toBe(100);
});

test("a patient's report comes from the index of each month", async () => {
  const { plan } = await explained(db, (trail) => trail.accessReport(PATIENT));
  expect(scannedWhole({ plan, milliseconds: 0 })).toEqual([]);
  expect(
    plan.filter((line) => /Bitmap Index Scan on phi_access_log_\d{6}_subjects_idx/.test(line)),
  ).toHaveLength(4);
});

test("what reads whole months is seen to", async () => {
  const text = "select count(*) from audit.phi_access_log where application = 'other'";
  const found = await explained(db, (trail) => trail.database.query({ text }));
  expect(new Set(scannedWhole(found)).size).toBe(4);
});
