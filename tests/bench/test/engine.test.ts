import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ARMS } from "../src/engine/arms/all-arms.ts";
import { benchDatabase, type BenchDatabase } from "../src/engine/bench-database.ts";
import { measureWorkload } from "../src/engine/measure-workload.ts";
import { checkSameAnswer } from "../src/engine/same-answer.ts";
import { rowByKey } from "../src/engine/workloads/row-by-key.ts";
import { WORKLOADS } from "../src/engine/workloads/all-workloads.ts";

let server: ThrowawayPostgres;
let database: BenchDatabase;

beforeAll(async () => {
  server = await throwawayPostgres();
  database = await benchDatabase(server, { extraTables: 3 });
});

afterAll(async () => {
  await database.close();
  await server.stop();
});

/** The longest insert is the one of 1,000 rows with a longer list; `pnpm bench` holds its arms to each other too. */
const CHECKED = WORKLOADS.filter(({ name }) => name !== "insert-20000");

test.each(CHECKED.map((workload) => [workload.name, workload] as const))(
  "all arms answer %s alike",
  async (_, workload) => {
    await expect(checkSameAnswer(database, workload, ARMS)).resolves.toBeUndefined();
  },
);

test("an arm that answers otherwise is found", async () => {
  const [hand] = ARMS;
  if (hand === undefined) throw new Error("There is no arm.");
  const wrong = { ...hand, name: "wrong", call: () => () => Promise.resolve([]) };
  await expect(checkSameAnswer(database, rowByKey, [hand, wrong])).rejects.toThrow(
    "row: wrong answers otherwise than hand: [] instead of",
  );
});

test("the row is the one that was asked for, and the record by hand says what Offramp's says", async () => {
  const recorded = ARMS.filter(({ name }) => name === "hand, record" || name === "offramp, record");
  for (const arm of recorded) {
    expect(await arm.call(database, rowByKey)?.(41)).toEqual([{ id: 42, name: "Item 42", price: 294 }]);
  }
  const records = await database.hand.unsafe(
    `select actor_id, actor_role, purpose_of_use, application, request_id, action, relations, columns, filters,
      record_keys, subjects, row_count from audit.phi_access_log order by id desc limit 2`,
  );
  expect(records).toHaveLength(2);
  expect(records[0]).toEqual(records[1]);
});

test("measures every arm against the one that it is compared with", async () => {
  const measured = await measureWorkload(database, rowByKey, {
    arms: ARMS,
    callers: 2,
    rounds: 2,
    roundMs: 5,
    warmUpMs: 1,
  });
  expect(measured.map(({ arm }) => arm)).toEqual(ARMS.map(({ name }) => name));
  for (const { rate, ratio, p50, p99, cpuPerCall, heapGrowth } of measured) {
    expect(ratio?.middle).toBeGreaterThan(0);
    for (const { low, middle, high } of [rate, p50, p99, cpuPerCall, heapGrowth]) {
      expect(low).toBeLessThanOrEqual(middle);
      expect(high).toBeGreaterThanOrEqual(middle);
    }
    expect(p99.middle).toBeGreaterThanOrEqual(p50.middle);
  }
  const one = { low: 1, middle: 1, high: 1 };
  expect(measured.find(({ arm }) => arm === "hand")).toMatchObject({ ratio: one, p99Ratio: one });
});
