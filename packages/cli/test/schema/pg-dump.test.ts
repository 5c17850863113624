import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
import { supabaseSource, type SupabaseSource } from "@offramp/tests-migration";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { offramp } from "../offramp.ts";

/** Where Debian and PostgreSQL's own packages put the programs of a version. pg_dump reads servers up to its own version only. */
const bin = ["18", "17", "16", "15"]
  .map((version) => `/usr/lib/postgresql/${version}/bin`)
  .find((folder) => ["initdb", "postgres", "pg_dump"].every((name) => existsSync(join(folder, name))));

const INITDB = `#!/bin/sh
for word; do
  shift
  case "$word" in --locale-provider=*|--builtin-locale=*|--locale=*) ;; *) set -- "$@" "$word" ;; esac
done
exec BIN/initdb --locale=C "$@"
`;

let folder: string;
let project: SupabaseSource;
let target: ThrowawayCluster;

beforeAll(async () => {
  if (bin === undefined) return;
  folder = await mkdtemp(join(tmpdir(), "offramp-pg-dump-"));
  const programs = join(folder, "programs.mjs");
  // Before version 17 initdb does not know the locales that throwaway servers have; C sorts as they do.
  const initdb = join(folder, "initdb");
  await writeFile(initdb, INITDB.replace("BIN", bin), { mode: 0o755 });
  await chmod(folder, 0o755);
  await writeFile(
    programs,
    `export const initdb = ${JSON.stringify(initdb)};\nexport const postgres = ${JSON.stringify(join(bin, "postgres"))};\n`,
  );
  [project, target] = await Promise.all([
    supabaseSource({ scale: 2, programs }),
    throwawayCluster({ programs }),
  ]);
}, 60_000);

afterAll(async () => {
  if (bin === undefined) return;
  await Promise.all([project.stop(), target.stop(), rm(folder, { recursive: true })]);
});

const SCHEMAS = ["public", "film", "legal", "documents"];

/** What pg_dump says of the application's schemas, a statement for each entry, without owners and rights. */
function dumped(url: string): ReadonlySet<string> {
  const text = execFileSync(
    join(bin ?? "", "pg_dump"),
    ["--schema-only", "--no-owner", "--no-acl", ...SCHEMAS.map((name) => `--schema=${name}`), url],
    { encoding: "utf8" },
  );
  return new Set(
    text
      .replaceAll(/^--.*$/gm, "")
      .replaceAll(/^\\(?:un)?restrict .*$/gm, "")
      .replaceAll(/^(?:SET|SELECT) .*;$/gm, "")
      // A stated change: the sequence of an unlogged table is logged on the target, where a crash then costs it no number.
      .replaceAll("CREATE UNLOGGED SEQUENCE", "CREATE SEQUENCE")
      .split(/;\n(?=\n)/)
      .map((entry) => entry.trim().replaceAll(/\s+/g, " "))
      .filter((entry) => entry !== ""),
  );
}

describe.skipIf(bin === undefined)(
  "the schema, as pg_dump sees it (skipped where no server has its pg_dump)",
  () => {
    it("is the source's on the target, entry by entry", async () => {
      const made = await offramp([
        "schema",
        "--source",
        project.url,
        "--target",
        target.primary.url,
        "--apply",
        "--yes",
      ]);
      expect(made.code, made.stderr).toBe(0);
      const [before, after] = [dumped(project.adminUrl), dumped(target.primary.url)];
      expect(before.size).toBeGreaterThan(100);
      const lost = [...before].filter((entry) => !after.has(entry));
      const added = [...after].filter((entry) => !before.has(entry));
      expect({ lost, added }).toEqual({ lost: [], added: [] });
    }, 60_000);
  },
);
