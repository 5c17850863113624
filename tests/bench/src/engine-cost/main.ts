import { parseArgs } from "node:util";
import { auditMigrations, phiMarksMigration } from "@offramp/audit";
import { clinicMigrations, connect, migrate } from "@offramp/db";
import * as schema from "@offramp/db/schema";
import { throwawayPostgres } from "@offramp/db/testing";
import { cpuPerCall } from "./cpu-per-call.ts";
import { type EngineCall, engineCalls } from "./engine-calls.ts";

/**
 * `pnpm bench:engine-cost`: the engine's own CPU per call, from the cache: builder, shape, parameters and result, with a
 * driver that answers at once. What the driver's part takes is measured in turns with it and taken away. The figures are
 * medians in microseconds, of this machine.
 */

const { values } = parseArgs({ options: { quick: { type: "boolean" }, only: { type: "string" } } });
const rounds = values.quick === true ? 5 : 15;
const calls = 3_000;
/** As many as V8 takes until the path of a call is compiled for good. */
const warmUp = 20_000;
const callers = [1, 32, 256];

const server = await throwawayPostgres({ provider: "embedded" });
const { url } = await server.createDatabase();
const db = connect({ url, max: 2 });
try {
  await migrate(db, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);
  const all = await engineCalls(db);
  const measured = all.filter(({ name }) => values.only === undefined || name === values.only);
  for (const { ours } of measured) await cpuPerCall(ours, { callers: 32, calls: warmUp });
  console.log(
    `${"µs of CPU per call".padEnd(30)}${callers.map((n) => `${n} callers`.padStart(13)).join("")}`,
  );
  let highest = { cost: 0, what: "" };
  for (const call of measured) {
    const costs: number[] = [];
    for (const count of callers) {
      const cost = await ownCost(call, count);
      costs.push(cost);
      if (cost > highest.cost) highest = { cost, what: `${call.name}, ${count} callers` };
    }
    console.log(`${call.name.padEnd(30)}${costs.map((cost) => cost.toFixed(2).padStart(13)).join("")}`);
  }
  console.log(`highest ${highest.cost.toFixed(2)} µs beyond the driver: ${highest.what}`);
} finally {
  await db.close();
  await server.stop();
}

async function ownCost({ ours, driver }: EngineCall, count: number): Promise<number> {
  const differences: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const whole = await cpuPerCall(ours, { callers: count, calls });
    differences.push(whole - (await cpuPerCall(driver, { callers: count, calls })));
  }
  return differences.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? Number.NaN;
}
