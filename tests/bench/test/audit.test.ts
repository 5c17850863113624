import { recentAccess } from "@offramp/audit";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ArmName, armsOn } from "../src/audit/arms.ts";
import { benchDatabase, type BenchDatabase } from "../src/audit/bench-database.ts";
import { measure } from "../src/audit/measure.ts";

let server: ThrowawayPostgres;
let database: BenchDatabase;

beforeAll(async () => {
  server = await throwawayPostgres();
  database = await benchDatabase(server, { patients: 1, synchronousCommit: "off" });
});

afterAll(async () => {
  await database.close();
  await server.stop();
});

test("all arms read the same row, and those with a record leave the same one", async () => {
  const arms = await armsOn(database);
  const before = (await recentAccess(database.db, { limit: 1 }))[0]?.id ?? "0";
  const recorded = ["hand", "statement", "offramp"] as const;
  const row = await arms.read();
  expect(row).toMatchObject([{ email: "p1@example.com", full_name: "Patient 1" }]);
  expect(await arms.hand()).toEqual(row);
  expect(await arms.statement()).toEqual(row);
  expect(await arms.offramp()).toMatchObject({ data: row, error: null });
  const records = (await recentAccess(database.db, { limit: 10 })).filter(
    ({ id }) => BigInt(id) > BigInt(before),
  );
  expect(records).toHaveLength(recorded.length);
  const [first, ...others] = records.map((record) => ({
    ...record,
    id: "",
    recordedAt: "",
    transactionAt: "",
    writerId: "",
    writerCall: "",
  }));
  for (const other of others) expect(other).toEqual(first);
});

test("measures every arm", async () => {
  const measured = await measure(await armsOn(database), { callers: 2, warmUp: 10, rounds: 1, roundMs: 20 });
  for (const name of ["read", "hand", "statement", "offramp"] satisfies ArmName[]) {
    expect(measured[name].rate).toBeGreaterThan(0);
  }
});
