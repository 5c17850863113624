import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connect } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";

import { handler } from "../src/lambda.ts";

const postgres = await throwawayPostgres({ provider: "url", url: inject("postgresUrl") });
let url: string;

beforeAll(async () => {
  ({ url } = await postgres.createDatabase());
});
afterAll(() => postgres.stop());

interface Ended {
  readonly code: number | null;
  /** The lines of its standard output, which are JSON. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly errors: string;
}

async function runTask(environment: Readonly<Record<string, string>>): Promise<Ended> {
  const program = fileURLToPath(new URL("../src/ecs-task.ts", import.meta.url));
  const { DATABASE_URL: _, DATABASE_SECRET_ID: __, ...inherited } = process.env;
  const task = spawn(process.execPath, ["--conditions=@offramp/source", program], {
    env: { ...inherited, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  task.stdout.on("data", (data: Buffer) => (output += data.toString()));
  task.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const [code]: unknown[] = await once(task, "close");
  const log = output.split("\n").flatMap((line): Ended["log"] => (line === "" ? [] : [JSON.parse(line)]));
  return { code: typeof code === "number" ? code : null, log, errors };
}

test("the ECS task says what it would do, does it, and has nothing to do a second time", async () => {
  const dry = await runTask({ DATABASE_URL: url, OFFRAMP_MIGRATE_DRY_RUN: "true" });
  expect(dry.code).toBe(0);
  expect(dry.log.filter(({ event }) => event === "migrate.pending").map(({ id }) => id)).toContain(
    "0000_invoices",
  );

  const applied = await runTask({ DATABASE_URL: url });
  expect(applied.code).toBe(0);
  expect(applied.log[0]).toMatchObject({ event: "migrate.start", dryRun: false });
  const ids = applied.log.filter(({ event }) => event === "migrate.applied").map(({ source }) => source);
  expect([...new Set(ids)]).toEqual(["clinic", "billing", "audit", "audit-marks"]);
  expect(applied.log.at(-1)).toMatchObject({ event: "migrate.end", applied: ids.length, alreadyApplied: 0 });

  const again = await runTask({ DATABASE_URL: url });
  expect(again.log.at(-1)).toMatchObject({ event: "migrate.end", applied: 0, alreadyApplied: ids.length });
});

test("the ECS task exits with 1 when it fails, and says why without the password", async () => {
  const wrong = new URL(url);
  wrong.pathname = "/no_such_database";
  wrong.password = "not-for-the-log";
  const { code, log, errors } = await runTask({ DATABASE_URL: wrong.href });
  expect(code).toBe(1);
  expect(log.at(-1)).toMatchObject({ event: "migrate.failed" });
  expect(JSON.stringify(log) + errors).not.toContain("not-for-the-log");
});

test("the ECS task refuses a setting that it cannot read", async () => {
  const { code, errors } = await runTask({ DATABASE_URL: url, OFFRAMP_MIGRATE_LOCK_TIMEOUT_MS: "5 min" });
  expect(code).toBe(1);
  expect(errors).toContain(
    "ConfigurationError: OFFRAMP_MIGRATE_LOCK_TIMEOUT_MS is a number of milliseconds, such as 60000",
  );
});

test("the Lambda's answer is the report, and the tables are there", async () => {
  const database = await postgres.createDatabase();
  vi.stubEnv("DATABASE_URL", database.url);
  const report = await handler();
  expect(report.applied.length).toBeGreaterThan(3);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  const db = connect({ url: database.url });
  expect(await db.query({ text: "select count(*) as n from invoices" })).toEqual([{ n: "0" }]);
  await db.close();
  vi.unstubAllEnvs();
});
