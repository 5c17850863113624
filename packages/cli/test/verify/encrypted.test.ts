import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { migrate } from "@offramp/db";
import {
  createDataKey,
  createLocalKeyFile,
  type EncryptedColumn,
  encryptionMigrations,
  KeyRing,
  type KeyWrapper,
  localKeyFile,
} from "@offramp/db/encryption";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RowsReport } from "../../src/verify/verify-rows.ts";
import { verifyRows } from "../../src/verify/verify-rows.ts";
import { makePair, type Pair } from "../copy/pair.ts";
import { run } from "../copy/run.ts";
import { offramp } from "../offramp.ts";

let pair: Pair;
let folder: string;
let wrapper: KeyWrapper;

const tables = { "public.patient": { encrypt: ["ssn", "born"] } };
const ssn: EncryptedColumn = {
  schema: "public",
  table: "patient",
  column: "ssn",
  key: "phi",
  type: "text",
  searchable: true,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "offramp-verify-"));
  pair = await makePair();
  await pair.source.query({
    text: `create table patient (id int primary key, name text, ssn text, born date);
      create table visit (id int primary key);
      insert into patient select n, 'p' || n, case when n <> 5 then '078-05-' || n end, date '1980-01-01' + n from generate_series(1, 600) n;
      insert into visit values (1)`,
    script: true,
  });
  await pair.target.query({
    text: `create table patient (id int primary key, name text, ssn bytea, born bytea);
      create table visit (id int primary key)`,
    script: true,
  });
  await migrate(pair.target, [encryptionMigrations]);
  await pair.target.query({
    text: `insert into offramp.encrypted_column values
      ('public', 'patient', 'ssn', 'phi', 'text', true, array['id']), ('public', 'patient', 'born', 'phi', 'date', false, array['id'])`,
  });
  await createLocalKeyFile(join(folder, "key"));
  await createLocalKeyFile(join(folder, "another-key"));
  wrapper = localKeyFile(join(folder, "key"));
  await createDataKey(pair.target, "phi", wrapper);
  await run(pair, { tables, keyWrapper: wrapper });
}, 60_000);

afterAll(async () => {
  await pair.close();
  await rm(folder, { recursive: true });
});

function verify(keyWrapper: KeyWrapper | undefined): Promise<RowsReport> {
  return verifyRows(pair.source, pair.target, {
    tables,
    keyWrapper,
    jobs: 2,
    partBytes: 100_000,
    limit: 20,
    signal: new AbortController().signal,
    watcher: { begin() {}, advance() {}, end() {} },
  });
}

async function verdicts(report: Promise<RowsReport>): Promise<readonly unknown[]> {
  return (await report).tables.map(({ source, verdict, differences }) => [source, verdict, differences]);
}

/** Changes the target, looks, and puts it back. */
async function after(change: string, values: readonly string[] = []): Promise<readonly unknown[]> {
  await pair.target.query({ text: "create table kept as table patient" });
  try {
    await pair.target.query({ text: change, values: [...values] });
    return await verdicts(verify(wrapper));
  } finally {
    await pair.target.query({
      text: "truncate patient; insert into patient table kept; drop table kept",
      script: true,
    });
  }
}

const visitIsEqual = ["public.visit", "equal", []];
const differs = (row: string, columns: readonly string[]): unknown => [
  ["public.patient", "different", [{ row, kind: "changed", columns }]],
  visitIsEqual,
];

describe("encrypted columns are compared through the key", () => {
  it("and equal ones are found equal, though no value is sealed twice the same way", async () => {
    expect(await verdicts(verify(wrapper))).toEqual([["public.patient", "equal", []], visitIsEqual]);
  });

  it("a cell that was sealed from another value is named", async () => {
    const keys = new KeyRing(pair.target, wrapper);
    await keys.ready();
    const sealed = keys.seal(ssn, ["77"], JSON.stringify("078-05-78"));
    expect(
      await after("update patient set ssn = decode($1, 'hex') where id = 77", [sealed.toString("hex")]),
    ).toEqual(differs("id=77", ["ssn"]));
  });

  it.each([
    {
      which: "of another row",
      change: "update patient set ssn = (select ssn from patient where id = 78) where id = 77",
      row: "id=77",
      column: "ssn",
    },
    {
      which: "of another column",
      change: "update patient set born = ssn where id = 599",
      row: "id=599",
      column: "born",
    },
    {
      which: "of which a bit has changed",
      change:
        "update patient set born = set_bit(born, 8 * (length(born) - 1), 1 - get_bit(born, 8 * (length(born) - 1))) where id = 1",
      row: "id=1",
      column: "born",
    },
    {
      which: "that is missing",
      change: "update patient set ssn = null where id = 6",
      row: "id=6",
      column: "ssn",
    },
    {
      which: "that is there where the source has none",
      change: "update patient set ssn = born where id = 5",
      row: "id=5",
      column: "ssn",
    },
    {
      which: "that was never sealed",
      change: "update patient set ssn = '078-05-9' where id = 9",
      row: "id=9",
      column: "ssn",
    },
  ])("and one $which", async ({ change, row, column }) => {
    expect(await after(change)).toEqual(differs(row, [column]));
  });
});

describe("what cannot be opened was not compared", () => {
  it("with another wrapping key; other tables are", async () => {
    const report = await verify(localKeyFile(join(folder, "another-key")));
    expect(report.tables).toMatchObject([
      { source: "public.patient", verdict: "failed", reason: expect.stringContaining("phi") },
      { source: "public.visit", verdict: "equal" },
    ]);
  });

  it("with a data key that the target has lost", async () => {
    await pair.target.query({
      text: "create table kept_key as table offramp.data_key; delete from offramp.data_key",
      script: true,
    });
    try {
      const report = await verify(wrapper);
      expect(report.tables).toMatchObject([
        { source: "public.patient", verdict: "failed", reason: expect.stringContaining("phi") },
        { source: "public.visit", verdict: "equal" },
      ]);
    } finally {
      await pair.target.query({
        text: "insert into offramp.data_key table kept_key; drop table kept_key",
        script: true,
      });
    }
  });

  it("without a key wrapper, which is an obstacle", async () => {
    const { obstacles } = await verify(undefined);
    expect(obstacles).toEqual([
      expect.stringMatching(/^public\.patient\.ssn: encrypting it needs keyWrapper/),
      expect.stringMatching(/^public\.patient\.born: encrypting it needs keyWrapper/),
    ]);
  });

  it.each([
    { key: "key", code: 0, words: "equal: " },
    { key: "another-key", code: 2, words: "could not be compared" },
  ])("the command ends with $code for $key", async ({ key, code, words }) => {
    const encryption = createRequire(import.meta.url).resolve("@offramp/db/encryption");
    await writeFile(
      join(folder, "offramp.config.ts"),
      `import { localKeyFile } from ${JSON.stringify(encryption)};
      export default {
        keyWrapper: localKeyFile(${JSON.stringify(join(folder, key))}),
        tables: ${JSON.stringify(tables)},
      };`,
    );
    const done = await offramp(
      ["verify", "--rows-only", "--source", pair.sourceUrl, "--target", pair.targetUrl],
      { folder },
    );
    expect(done.stdout + done.stderr).toContain(words);
    expect(done.code).toBe(code);
  });
});
