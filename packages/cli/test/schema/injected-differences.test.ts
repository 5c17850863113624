import { connect, type Database } from "@offramp/db";
import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
import { supabaseCompat } from "@offramp/supabase-shim";
import { INJECTED_SCHEMA_DIFFERENCES, supabaseSource, type SupabaseSource } from "@offramp/tests-migration";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { adaptCatalog } from "../../src/schema/adapt-catalog.ts";
import { compareSchemas } from "../../src/schema/compare-schemas.ts";
import { applicationSchemas, readSourceCatalog } from "../../src/schema/read-source-catalog.ts";
import { DEFAULT_SCHEMA_OPTIONS } from "../../src/schema/schema-options.ts";
import { schemaScript } from "../../src/schema/script/schema-script.ts";

let project: SupabaseSource;
let cluster: ThrowawayCluster;
let source: Database;
let admin: Database;

beforeAll(async () => {
  [project, cluster] = await Promise.all([supabaseSource({ scale: 2 }), throwawayCluster()]);
  source = connect({ url: project.url });
  admin = connect({ url: cluster.primary.url, max: 1 });
  await admin.query({ text: "create database equal" });
  const schemas = await applicationSchemas(source);
  const { catalog } = adaptCatalog(await readSourceCatalog(source, schemas), DEFAULT_SCHEMA_OPTIONS);
  const compat = (await supabaseCompat().migrations()).flatMap(({ statements }) => statements);
  const equal = connect({ url: urlOf("equal"), max: 1 });
  for (const { sql } of schemaScript(catalog, compat)) await equal.query({ text: sql, script: true });
  await equal.close();
});

afterAll(async () => {
  await Promise.all([source.close(), admin.close()]);
  await Promise.all([project.stop(), cluster.stop()]);
});

function urlOf(database: string): string {
  const url = new URL(cluster.primary.url);
  url.pathname = `/${database}`;
  return url.href;
}

async function labels(target: Database): Promise<readonly string[]> {
  const { findings } = await compareSchemas({ source, target }, DEFAULT_SCHEMA_OPTIONS);
  return findings.map(({ label }) => label);
}

describe("differences of the schema", () => {
  it("finds none between equal databases", async () => {
    const target = connect({ url: urlOf("equal"), max: 1 });
    expect(await labels(target)).toEqual([]);
    await target.close();
  });

  it.each(INJECTED_SCHEMA_DIFFERENCES.map((one, index) => ({ ...one, database: `injected_${index}` })))(
    "names: $name",
    async ({ sql, named, database }) => {
      await admin.query({ text: `create database ${database} template equal` });
      const target = connect({ url: urlOf(database), max: 1 });
      await target.query({ text: sql, script: true });
      const found = await labels(target);
      await target.close();
      await admin.query({ text: `drop database ${database} with (force)` });
      expect(
        found.some((label) => label.includes(named)),
        found.join("\n"),
      ).toBe(true);
    },
  );
});
