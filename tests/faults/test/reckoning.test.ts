import { connect, type Database } from "@offramp/db";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reckon } from "../src/audit/kill/reckoning.ts";
import { setScene } from "../src/audit/kill/scene.ts";

let server: ThrowawayPostgres;
let db: Database;

beforeAll(async () => {
  server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  await setScene(url, 1);
  db = connect({ url, max: 1 });
});

afterAll(async () => {
  await db.close();
  await server.stop();
});

test("names a change and an answer without a record, a record without a change, and a lost commit", async () => {
  const id = "00000000-0000-4000-8000-000000000001";
  await db.query({ text: "update profiles set full_name = 'c1-1'" });
  await db.query({
    text: `insert into audit.phi_access_log (action, relations, columns, record_keys, request_id)
      values ('DELETE', '{public.profiles}', '{}', jsonb_build_object('public.profiles', jsonb_build_array($1::text)), 'c1-2')`,
    values: [id],
  });
  const { findings } = await reckon(db, [
    { at: "begun", call: "c1-2", kind: "DELETE", door: "builder" },
    { at: "answered", call: "c1-3", kind: "READ", patients: [id] },
    { at: "answered", call: "c1-4", kind: "READ", patients: [id], within: "c1-t1" },
    { at: "answered", call: "c1-2", kind: "DELETE", patients: [] },
    { at: "answered", call: "c1-5", kind: "CREATE", patients: [id] },
  ]);
  expect(
    findings.map(({ kind, what }) => `${kind}: ${what.replace(/UPDATE of .* by/, "UPDATE by")}`),
  ).toEqual([
    "unrecorded: the answer of READ c1-3",
    "unrecorded: the answer of READ c1-4 in transaction c1-t1",
    "unrecorded: the answer of CREATE c1-5",
    `lost: CREATE of ${id} by c1-5`,
    `false record: DELETE of ${id}, which nobody saw`,
    "unrecorded: UPDATE by c1-1",
  ]);
});
