import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import {
  checkConformance,
  diffCatalogs,
  type Finding,
  type Manifest,
  manifestOf,
  mendingScript,
  readManifest,
} from "../../src/conformance-entry.ts";
import { connect, type Database } from "../../src/index.ts";
import { throwawayPostgres } from "../../src/testing.ts";
import { functionsAndTriggers } from "./drifts/functions-and-triggers.ts";
import { grantsAndExtensions } from "./drifts/grants-and-extensions.ts";
import { keysIndexesAndTypes } from "./drifts/keys-indexes-and-types.ts";
import { tablesAndColumns } from "./drifts/tables-and-columns.ts";
import { viewsAndPartitions } from "./drifts/views-and-partitions.ts";

const postgres = await throwawayPostgres({ provider: "url", url: inject("dbServerUrl") });
const practice = readFileSync(new URL("practice.sql", import.meta.url), "utf8");
const drifts = [
  ...tablesAndColumns,
  ...keysIndexesAndTypes,
  ...functionsAndTriggers,
  ...viewsAndPartitions,
  ...grantsAndExtensions,
];
const schemas = ["public", "billing"];
let template: string;
let manifest: Manifest;

beforeAll(async () => {
  const server = connect({ url: postgres.url });
  await server.query({
    text: `do $$ begin create role conformance_app; exception when duplicate_object then null; end $$`,
  });
  await server.close();
  template = await postgres.createTemplate("conformance", async (url) => {
    const db = connect({ url });
    await db.query({ text: practice, script: true });
    await db.close();
  });
  await withDatabase(async (db) => {
    manifest = await manifestOf(db, { schemas });
  });
});
afterAll(() => postgres.stop());

async function withDatabase(work: (db: Database) => Promise<void>): Promise<void> {
  const database = await postgres.createDatabase({ template });
  const db = connect({ url: database.url, max: 2 });
  try {
    await work(db);
  } finally {
    await db.close({ timeoutMs: 100 });
    await database.drop();
  }
}

const told = ({ label, property, problem }: Finding): string => `${label}: ${property ?? problem}`;
const sorted = (lines: readonly string[]): string[] => lines.toSorted();

test("a clean database has no finding", async () => {
  await withDatabase(async (db) => {
    const report = await checkConformance(db, undefined, { manifest });
    expect(report.findings).toEqual([]);
    expect(report.conforms).toBe(true);
    expect(Object.keys(report.compared).length).toBeGreaterThanOrEqual(18);
  });
});

test("an empty database gets everything from the findings' statements", async () => {
  const { url } = await postgres.createDatabase();
  const db = connect({ url, max: 2 });
  const { findings } = await checkConformance(db, undefined, { manifest });
  await db.query({ text: mendingScript(findings), script: true });
  expect((await checkConformance(db, undefined, { manifest })).findings.map(told)).toEqual([]);
  await db.close();
});

describe("a manifest made on PostgreSQL 15, of the same SQL", () => {
  const file = new URL("practice-15.json", import.meta.url);

  test("finds nothing on this server, nor the other way round", async () => {
    const older = await readManifest(file);
    expect(older.serverVersion).toBeLessThan(160_000);
    expect(diffCatalogs(older, manifest).map(told)).toEqual([]);
    expect(diffCatalogs(manifest, older).map(told)).toEqual([]);
  });

  test("makes an empty database of this server the same", async () => {
    const older = await readManifest(file);
    const { url } = await postgres.createDatabase();
    const db = connect({ url, max: 2 });
    const { findings } = await checkConformance(db, undefined, { manifest: older });
    await db.query({ text: mendingScript(findings), script: true });
    expect((await checkConformance(db, undefined, { manifest: older })).findings.map(told)).toEqual([]);
    await db.close();
  });
});

test(`there are ${drifts.length} kinds of drift, each once`, () => {
  expect(new Set(drifts.map(({ name }) => name)).size).toBe(drifts.length);
  expect(drifts.length).toBeGreaterThanOrEqual(40);
});

describe.concurrent("a drift is named, and mended by the findings' statements", () => {
  test.each(drifts)("$name", async ({ sql, findings: expected, mended = true }) => {
    await withDatabase(async (db) => {
      for (const statement of sql.split(/; (?=[a-z])/)) await db.query({ text: statement });
      const { findings } = await checkConformance(db, undefined, { manifest });
      expect(sorted(findings.map(told))).toEqual(sorted(expected));
      if (!mended) return;
      await db.query({ text: mendingScript(findings, { destroysData: true }), script: true });
      expect((await checkConformance(db, undefined, { manifest })).findings.map(told)).toEqual([]);
    });
  });
});
