import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { migrate } from "@offramp/db";
import {
  createDataKey,
  createLocalKeyFile,
  type EncryptedColumn,
  encryptionMigrations,
  KeyRing,
  localKeyFile,
} from "@offramp/db/encryption";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { TableConfig } from "../../src/config/tables-config.ts";
import { contents, makePair, type Pair } from "./pair.ts";
import { failure, run } from "./run.ts";

let pair: Pair;

beforeEach(async () => {
  pair = await makePair();
});

afterEach(async () => {
  await pair.close();
});

describe("transforms", () => {
  it("rename, drop, map and filter", async () => {
    await pair.source.query({
      text: `create table people (id int primary key, fullname text, email text, flags text, gone bool);
        insert into people values (1, 'Ann', 'ANN@X.org', 'f', false), (2, e'B\\tb', null, 'g', false), (3, 'C', 'c@x', 'h', true)`,
      script: true,
    });
    await pair.target.query({
      text: `create schema clinic; create table clinic.patients (id int primary key, full_name text, email text, gone bool)`,
      script: true,
    });
    const people: TableConfig = {
      to: "clinic.patients",
      rename: { fullname: "full_name" },
      drop: ["flags"],
      map: { email: (email, row) => (email === null ? `none-${row["flags"]}` : email.toLowerCase()) },
      filter: (row) => row["gone"] === "f",
    };
    const report = await run(pair, { tables: { "public.people": people } });
    expect(await contents(pair.target, "clinic.patients")).toEqual([
      "(1,Ann,ann@x.org,f)",
      '(2,"B\tb",none-g,f)',
    ]);
    expect(report.tables).toMatchObject([{ target: "clinic.patients", rows: 2, filtered: 1 }]);
    expect(report.left).toEqual(["public.people.flags: the configuration drops it."]);
  });

  it("encrypt, with values that the key ring opens", async () => {
    const folder = await mkdtemp(join(tmpdir(), "offramp-copy-"));
    try {
      await createLocalKeyFile(join(folder, "key"));
      const wrapper = localKeyFile(
        await createLocalKeyFile(join(folder, "key")).then(() => join(folder, "key")),
      );
      await pair.source.query({
        text: `create table patients (id int primary key, ssn text, born date);
          insert into patients values (1, '078-05-1120', '1980-02-29'), (2, null, null)`,
        script: true,
      });
      await pair.target.query({ text: "create table patients (id int primary key, ssn bytea, born bytea)" });
      const columns: EncryptedColumn[] = [
        { schema: "public", table: "patients", column: "ssn", key: "phi", type: "text", searchable: true },
        { schema: "public", table: "patients", column: "born", key: "phi", type: "date", searchable: false },
      ];
      await markEncrypted(pair, columns);
      await createDataKey(pair.target, "phi", wrapper);
      const refused = await failure(run(pair));
      expect(refused.message).toMatch(/public\.patients\.ssn: the target encrypts .* encrypt: \["ssn"\]/);
      const tables = { "public.patients": { encrypt: ["ssn", "born"] } };
      expect((await failure(run(pair, { tables }))).message).toContain("needs keyWrapper");
      await run(pair, { tables, keyWrapper: wrapper });
      const keys = new KeyRing(pair.target, wrapper);
      await keys.ready();
      const rows = await pair.target.query({ text: "select id, ssn, born from patients order by id" });
      const open = (index: number, text: string | null | undefined): string | undefined => {
        const column = columns[index];
        if (column === undefined || text === null || text === undefined) return undefined;
        return keys.open(column, ["1"], Buffer.from(text.slice(2), "hex"));
      };
      expect([open(0, rows[0]?.["ssn"]), open(1, rows[0]?.["born"])]).toEqual([
        '"078-05-1120"',
        '"1980-02-29"',
      ]);
      expect(rows[1]).toEqual({ id: "2", ssn: null, born: null });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("rows that the target refuses", () => {
  beforeEach(async () => {
    await pair.source.query({
      text: `create table visits (id int primary key, code text, secret text);
        insert into visits select n, case n when 7 then 'x-secret-x' when 4711 then '' else 'ok' end, 's' from generate_series(1, 5000) n;
        create table fine (id int primary key); insert into fine values (1)`,
      script: true,
    });
    await pair.target.query({
      text: `create table visits (id int primary key, code varchar(5) constraint filled check (code <> ''), secret text);
        create table fine (id int primary key)`,
      script: true,
    });
  });

  it("stop their chunk with table, key and reason, without a value; the rest is copied, and it goes on when they are mended", async () => {
    const error = await failure(run(pair));
    expect(error.message).toContain(
      "public.visits (id=7): a text is too long for its column (column code), SQLSTATE 22001",
    );
    expect(error.message).toContain(
      "public.visits (id=4711): a check constraint refuses it (constraint filled), SQLSTATE 23514",
    );
    expect(error.message).not.toContain("x-secret-x");
    expect(await contents(pair.target, "fine")).toEqual(["(1)"]);
    expect(await contents(pair.target, "visits")).toEqual([]);
    await pair.source.query({ text: "update visits set code = 'ok' where id in (7, 4711)" });
    expect(await run(pair)).toMatchObject({ resumed: true });
    expect(await contents(pair.target, "visits")).toEqual(await contents(pair.source, "visits"));
  });

  it("go to the quarantine", async () => {
    const report = await run(pair, { quarantine: true });
    expect(report.tables.find(({ source }) => source === "public.visits")).toMatchObject({
      rows: 4998,
      quarantined: 2,
    });
    const text =
      "select source_table, row_key, columns[2] as col, line from offramp.copy_quarantine order by id";
    expect(await pair.target.query({ text })).toEqual([
      { source_table: "visits", row_key: "id=7", col: "code", line: "7\tx-secret-x\ts" },
      { source_table: "visits", row_key: "id=4711", col: "code", line: "4711\t\ts" },
    ]);
  });

  it("can be those that a transform refuses: its own words are not shown", async () => {
    const tables: Record<string, TableConfig> = {
      "public.visits": {
        drop: ["code"],
        map: {
          secret: (value, row) => {
            if (row["id"] === "99") throw new RangeError(`bad ${value}`);
            return value;
          },
        },
      },
    };
    const error = await failure(run(pair, { tables }));
    expect(error.message).toContain(
      "public.visits (id=99): the map of secret of the configuration threw RangeError",
    );
  });
});

async function markEncrypted({ target }: Pair, columns: readonly EncryptedColumn[]): Promise<void> {
  await migrate(target, [encryptionMigrations]);
  for (const { schema, table, column, key, type, searchable } of columns)
    await target.query({
      text: "insert into offramp.encrypted_column values ($1, $2, $3, $4, $5, $6::boolean, array['id'])",
      values: [schema, table, column, key, type, String(searchable)],
    });
}
