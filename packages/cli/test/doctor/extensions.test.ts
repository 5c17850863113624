import { connect, type Database } from "@offramp/db";
import { type ThrowawayDatabase, throwawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { checkExtensions } from "../../src/doctor/check-extensions.ts";
import { offramp } from "../offramp.ts";

const postgres = await throwawayPostgres({ provider: "url", url: inject("postgresUrl") });
let database: ThrowawayDatabase;
let source: Database;

beforeAll(async () => {
  database = await postgres.createDatabase();
  source = connect({ url: database.url, max: 1 });
  // PostgreSQL's own, and none that Amazon RDS has.
  await source.query({ text: "create extension pageinspect; create extension citext", script: true });
});

afterAll(async () => {
  await source.close();
  await database.drop();
});

describe("the source's extensions", () => {
  it("are compared with what the target's server has", async () => {
    expect(await checkExtensions(source, source)).toEqual([
      {
        name: "extensions",
        verdict: "passed",
        found: "the target's server has all 3 that the source uses",
      },
    ]);
  });

  it("are compared with Amazon RDS where there is no target yet; each that is missing is named with the way out", async () => {
    const { code, stdout } = await offramp(["doctor", "--only", "source", "--source", database.url]);
    expect(stdout).toMatch(
      /✗ extension pageinspect: the source uses it, and Amazon RDS does not have it\n {4}Find what uses it, and do that in the application\./,
    );
    expect(stdout).toMatch(/Next: do what stands below each mark, and run offramp doctor again\.\n$/);
    expect(code).toBe(1);
  });
});
