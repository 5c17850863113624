import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { offramp, startOfframp } from "../offramp.ts";
import { contents, makePair, type Pair } from "./pair.ts";

let pair: Pair;

beforeEach(async () => {
  pair = await makePair();
  await pair.schema(`
    create table visit (id int primary key, note text); create index on visit (note);
    create table log (at int, note text);`);
  await pair.source.query({
    text: `insert into visit select n, repeat('x', 100) || n from generate_series(1, 30000) n;
      insert into log select n % 10, repeat('y', 100) from generate_series(1, 10000) n`,
    script: true,
  });
});

afterEach(async () => {
  await pair.close();
});

async function partsDone(): Promise<number> {
  const [there] = await pair.target.query({
    text: "select to_regclass('offramp.copy_chunk') is not null as there",
  });
  if (there?.["there"] !== "t") return 0;
  // Of the table with a key: the other one begins anew each time.
  const text = "select count(done_at) as n from offramp.copy_chunk where source_table = 'visit'";
  return Number((await pair.target.query({ text }))[0]?.["n"]);
}

describe("offramp copy", () => {
  it("goes on after a kill, with neither a lost nor a doubled row, also of the table without a key", async () => {
    const words = [
      "copy",
      "--source",
      pair.sourceUrl,
      "--target",
      pair.targetUrl,
      "--chunk",
      "100kB",
      "--jobs",
      "2",
    ];
    for (let kill = 0; kill < 2; kill += 1) {
      const before = await partsDone();
      // Slow enough that a kill falls into the middle of a part.
      const child = startOfframp([...words, "--throttle", "1MB"]);
      const ended = new Promise((resolve) => child.on("close", resolve));
      await expect.poll(partsDone, { timeout: 30_000, interval: 20 }).toBeGreaterThan(before);
      child.kill("SIGKILL");
      await ended;
    }
    const last = await offramp([...words, "--json"]);
    expect(last.stderr).not.toContain("✗");
    expect(last.code).toBe(0);
    expect(JSON.parse(last.stdout)).toMatchObject({ resumed: true });
    for (const table of ["visit", "log"])
      expect(await contents(pair.target, table)).toEqual(await contents(pair.source, table));
    expect(
      await pair.target.query({
        text: "select indexdef from pg_indexes where tablename = 'visit' order by 1",
      }),
    ).toEqual(
      await pair.source.query({
        text: "select indexdef from pg_indexes where tablename = 'visit' order by 1",
      }),
    );
  }, 90_000);

  it("is interrupted by Ctrl-C with exit code 3, and says afterwards that all is there", async () => {
    const words = ["copy", "--source", pair.sourceUrl, "--target", pair.targetUrl, "--chunk", "500kB"];
    const child = startOfframp([...words, "--throttle", "1MB"]);
    const code = new Promise<number | null>((resolve) => child.on("close", resolve));
    await expect.poll(partsDone, { timeout: 30_000, interval: 20 }).toBeGreaterThan(0);
    child.kill("SIGINT");
    expect(await code).toBe(3);
    expect((await offramp(words)).stdout).toContain("40,000 rows in 2 tables");
    const again = await offramp(words);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("Everything had been copied before");
  }, 60_000);

  it("names a wrong flag", async () => {
    const { code, stderr } = await offramp([
      "copy",
      "--source",
      pair.sourceUrl,
      "--target",
      pair.targetUrl,
      "--chunk",
      "big",
    ]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--chunk: must be a number of bytes"),
    });
  });
});
