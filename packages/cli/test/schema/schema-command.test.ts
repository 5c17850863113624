import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
import { supabaseSource, type SupabaseSource } from "@offramp/tests-migration";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { offramp } from "../offramp.ts";

let project: SupabaseSource;
let cluster: ThrowawayCluster;
let folder: string;

beforeAll(async () => {
  [project, cluster, folder] = await Promise.all([
    supabaseSource({ scale: 2 }),
    throwawayCluster(),
    mkdtemp(join(tmpdir(), "offramp-schema-")),
  ]);
});

afterAll(async () => {
  await Promise.all([project.stop(), cluster.stop(), rm(folder, { recursive: true, force: true })]);
});

describe("offramp schema", () => {
  it("writes the files, says what is otherwise, and what comes next", async () => {
    const out = join(folder, "sql");
    const { code, stdout, stderr } = await offramp(["schema", "--source", project.url, "--out", out]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain("event trigger pgrst_ddl_watch");
    expect(stdout).toContain("Next: offramp schema --apply");
    expect((await readdir(out)).toSorted()).toEqual([
      "10-supabase-compat.sql",
      "15-roles.sql",
      "20-schemas-and-extensions.sql",
      "30-types.sql",
      "40-sequences.sql",
      "50-functions.sql",
      "60-tables.sql",
      "70-constraints.sql",
      "75-indexes.sql",
      "80-views.sql",
      "85-triggers.sql",
      "90-policies.sql",
      "95-grants.sql",
    ]);
    expect(await readFile(join(out, "90-policies.sql"), "utf8")).toContain('create policy "own tests"');
    // Again into the same folder; not into one that holds something else.
    expect((await offramp(["schema", "--source", project.url, "--out", out])).code).toBe(0);
    await writeFile(join(folder, "notes.txt"), "");
    const refused = await offramp(["schema", "--source", project.url, "--out", folder]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('"notes.txt"');
  });

  it("prints SQL alone, so that it can be piped into psql; what is said of it goes beside", async () => {
    const { code, stdout, stderr } = await offramp(["schema", "--source", project.url]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^-- /);
    expect(stdout).not.toContain("Left behind");
    expect(stderr).toContain("Left behind");
    expect(stderr).toContain("Next: offramp schema --apply");
  });

  it("makes the schema on the target, twice, and asks first", async () => {
    const words = ["schema", "--source", project.url, "--target", cluster.primary.url, "--apply"];
    const unasked = await offramp(words);
    expect(unasked.code).toBe(3);
    expect(unasked.stderr).toContain("Give --yes to go on");
    for (const time of ["first", "second"]) {
      const { code, stderr } = await offramp([...words, "--yes"]);
      expect({ time, code, stderr }).toMatchObject({ code: 0 });
    }
  });
});
