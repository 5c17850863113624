import { mkdtemp, chmod, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createDataKey,
  createLocalKeyFile,
  type EncryptedColumn,
  encryptedColumnsMigration,
  EncryptionError,
  encryptionMigrations,
  KeyRing,
  localKeyFile,
  rewrapDataKeys,
  rotateDataKey,
} from "../../src/encryption-entry.ts";
import { parseValue } from "../../src/encryption/value-format.ts";
import { encrypted, encryptedColumns, migrate, migration } from "../../src/index.ts";
import { only, rejection, testDatabase } from "../test-database.ts";
import { jsonb, pgTable, text, uuid, varchar } from "drizzle-orm/pg-core";
import { memoryWrapper, patients, problemOf, TABLE } from "./patients.ts";

const database = testDatabase();
const wrapper = memoryWrapper();
const ADA = ["00000000-0000-4000-8000-00000000000a"];
const BEN = ["00000000-0000-4000-8000-00000000000b"];
const named = (name: string): EncryptedColumn =>
  only(encryptedColumns({ patients }).filter(({ column }) => column === name));
const ssn = named("ssn");
const notes = named("notes");

beforeAll(async () => {
  const tables = { name: "tables", migrations: () => [migration("0000", [TABLE])] };
  await migrate(database.db, [encryptionMigrations, tables, encryptedColumnsMigration({ patients })]);
  await createDataKey(database.db, "phi", wrapper);
});

async function ring(): Promise<KeyRing> {
  const keys = new KeyRing(database.db, wrapper);
  await keys.ready();
  return keys;
}

describe("a value", () => {
  test("comes back in its own place", async () => {
    const keys = await ring();
    const sealed = keys.seal(ssn, ADA, '"078-05-1120"');
    expect(keys.open(ssn, ADA, sealed)).toBe('"078-05-1120"');
    expect(sealed.includes("078-05")).toBe(false);
  });

  test("is written anew each time, with the size that is documented", async () => {
    const keys = await ring();
    const [one, other] = [keys.seal(notes, ADA, '"abc"'), keys.seal(notes, ADA, '"abc"')];
    expect(one.equals(other)).toBe(false);
    // 34 bytes and the key's name beside the JSON; 16 more for a searchable column.
    expect(one.length).toBe(34 + "phi".length + '"abc"'.length);
    expect(keys.seal(ssn, ADA, '"abc"').length).toBe(50 + "phi".length + '"abc"'.length);
  });

  test.each([
    ["another row", ssn, BEN],
    ["another column", named("device"), ADA],
    ["another table", { ...ssn, table: "visitors" }, ADA],
    ["another schema", { ...ssn, schema: "archive" }, ADA],
    ["a row with a longer key", ssn, [...ADA, "1"]],
  ])("is refused in %s", async (_, column, row) => {
    const keys = await ring();
    const sealed = keys.seal(ssn, ADA, '"078-05-1120"');
    const { problem, message } = problemOf(() => keys.open(column, row, sealed));
    expect(problem).toBe("tampered");
    expect(message).not.toContain("078");
    expect(message).not.toContain(ADA[0]);
  });

  test("is refused when any byte of it was changed, or its end was cut off", async () => {
    const keys = await ring();
    const sealed = keys.seal(ssn, ADA, '"078-05-1120"');
    const changed = (index: number): Buffer =>
      Buffer.from(sealed.map((byte, at) => (at === index ? byte ^ 1 : byte)));
    const outcome = (value: Buffer): string => {
      try {
        return keys.open(ssn, ADA, value);
      } catch (error) {
        return error instanceof EncryptionError && !error.message.includes("078") ? "refused" : String(error);
      }
    };
    const outcomes = Array.from(sealed.keys(), (index) => [
      outcome(changed(index)),
      outcome(sealed.subarray(0, index)),
    ]);
    expect(new Set(outcomes.flat())).toEqual(new Set(["refused"]));
  });

  test("of a wrong type is refused without being repeated", async () => {
    const keys = await ring();
    const { problem, message } = problemOf(() => keys.seal(named("age"), ADA, '"forty-two"'));
    expect(problem).toBe("invalid-value");
    expect(message).toBe(
      "invalid input syntax for type integer, for the encrypted column public.patients.age",
    );
  });
});

describe("rotation", () => {
  test("writes with the new version once it is active, reads both, searches for both", async () => {
    await createDataKey(database.db, "turning", wrapper);
    const column = { ...ssn, key: "turning" };
    const keys = await ring();
    const old = keys.seal(column, ADA, '"1"');
    expect(await rotateDataKey(database.db, "turning", { wrapper })).toBe(2);
    await keys.refresh();
    // Not yet: other processes may not have read it.
    expect(parseValue(keys.seal(column, ADA, '"1"'), "").version).toBe(1);
    expect(keys.tokens(column, '"1"')).toHaveLength(2);
    await database.db.query({
      text: "update offramp.data_key set active_from = now() where name = 'turning'",
    });
    await keys.refresh();
    const fresh = keys.seal(column, ADA, '"1"');
    expect(parseValue(fresh, "").version).toBe(2);
    expect([keys.open(column, ADA, old), keys.open(column, ADA, fresh)]).toEqual(['"1"', '"1"']);
    const tokens = keys.tokens(column, '"1"').map((token) => token.toString("hex"));
    expect(tokens).toContain(old.subarray(1, 17).toString("hex"));
    expect(tokens).toContain(fresh.subarray(1, 17).toString("hex"));
  });

  test("asks the key service once for each version", async () => {
    const counting = memoryWrapper();
    await database.db.query({ text: "delete from offramp.data_key" });
    await createDataKey(database.db, "phi", counting);
    const keys = new KeyRing(database.db, counting);
    await keys.ready();
    await keys.refresh();
    await rotateDataKey(database.db, "phi", { wrapper: counting });
    await keys.refresh();
    await keys.refresh();
    expect(counting.asked).toBe(2);
    await database.db.query({ text: "delete from offramp.data_key" });
    await createDataKey(database.db, "phi", wrapper);
  });

  test("a value whose version is gone says which", async () => {
    const keys = await ring();
    await rotateDataKey(database.db, "phi", { wrapper, activateAfterMs: 0 });
    await keys.refresh();
    const sealed = keys.seal(ssn, ADA, '"1"');
    await database.db.query({ text: "delete from offramp.data_key where name = 'phi' and version = 2" });
    const later = await ring();
    const { problem, message } = problemOf(() => later.open(ssn, ADA, sealed));
    expect(problem).toBe("key");
    expect(message).toBe(
      'A value of public.patients.ssn was written with version 2 of the data key "phi", which the database does not have.',
    );
  });
});

describe("wrapping keys", () => {
  test("a data key does not unwrap with another key, nor for another name", async () => {
    const other = new KeyRing(database.db, memoryWrapper("another key"));
    expect((await rejection(other.ready())).message).toMatch(
      /Version 1 of the data key "phi" was wrapped by another key/,
    );
    await database.db.query({
      text: "insert into offramp.data_key select 'psi', 1, wrapped, wrapped_by, active_from from offramp.data_key where name = 'phi' and version = 1",
    });
    expect((await rejection(new KeyRing(database.db, wrapper).ready())).message).toMatch(
      /Version 1 of the data key "psi" was changed/,
    );
    await database.db.query({ text: "delete from offramp.data_key where name = 'psi'" });
  });

  test("all are wrapped anew at once, and values stay", async () => {
    const before = await ring();
    const sealed = before.seal(ssn, ADA, '"1"');
    const to = memoryWrapper("the next");
    await rewrapDataKeys(database.db, { from: wrapper, to });
    const after = new KeyRing(database.db, to);
    await after.ready();
    expect(after.open(ssn, ADA, sealed)).toBe('"1"');
    await rewrapDataKeys(database.db, { from: to, to: wrapper });
  });

  test("a key file is made once, for its owner alone", async () => {
    const path = join(await mkdtemp(join(tmpdir(), "offramp-key-")), "key");
    expect(await createLocalKeyFile(path)).toBe(true);
    expect(await createLocalKeyFile(path)).toBe(false);
    const file = localKeyFile(path);
    const name = { name: "phi", version: 1 };
    expect(await file.unwrap(await file.wrap(Buffer.from("secret"), name), name)).toEqual(
      Buffer.from("secret"),
    );
    await chmod(path, 0o644);
    expect((await rejection(localKeyFile(path).wrap(Buffer.alloc(32), name))).message).toMatch(
      /Others than its owner have rights/,
    );
    await writeFile(path, "short");
    await chmod(path, 0o600);
    expect((await rejection(localKeyFile(path).wrap(Buffer.alloc(32), name))).message).toMatch(
      /holds no key/,
    );
    expect((await rejection(localKeyFile(`${path}.none`).wrap(Buffer.alloc(32), name))).message).toMatch(
      /ENOENT/,
    );
  });
});

describe("in the database", () => {
  test("a value that is not encrypted is refused, whoever writes it", async () => {
    const write = (value: string): Promise<unknown> =>
      database.db.query({ text: "insert into patients (notes) values ($1::bytea)", values: [value] });
    await expect(write("078-05-1120")).rejects.toMatchObject({ code: "23514" });
    await expect(write("078-05-1120, a long text that is no encrypted value")).rejects.toMatchObject({
      code: "23514",
    });
    const keys = await ring();
    await expect(write(`\\x${keys.seal(notes, ADA, '"x"').toString("hex")}`)).resolves.toEqual([]);
  });

  test("a column that is no bytea and a table without a fitting key are refused", async () => {
    await database.db.query({
      script: true,
      text: "create table odd (id numeric primary key, a bytea); create table plain (id uuid primary key, a text)",
    });
    const odd = pgTable("odd", { id: uuid("id").primaryKey(), a: encrypted(text("a"), { key: "phi" }) });
    const plain = pgTable("plain", { id: uuid("id").primaryKey(), a: encrypted(text("a"), { key: "phi" }) });
    const bring = (schema: object, name: string): Promise<unknown> =>
      migrate(database.db, [encryptedColumnsMigration(schema, { name })]);
    expect((await rejection(bring({ odd }, "odd"))).message).toMatch(
      /primary key of uuid, integer or text columns/,
    );
    expect((await rejection(bring({ plain }, "plain"))).message).toMatch(/must be a column of type bytea/);
  });
});

describe("encrypted() refuses", () => {
  const options = { key: "phi" } as const;
  test.each([
    [
      "a type that it cannot keep",
      () => pgTable("t", { a: encrypted(jsonb("a").array(), options) }),
      /has the type jsonb\[\]/,
    ],
    [
      "a primary key",
      () => pgTable("t", { a: encrypted(text("a").primaryKey(), options) }),
      /is a primary key/,
    ],
    ["a unique column", () => pgTable("t", { a: encrypted(text("a").unique(), options) }), /is unique/],
    [
      "a default in the clear",
      () => pgTable("t", { a: encrypted(text("a").default("x"), options) }),
      /has a default in the database/,
    ],
    [
      "a search without an equality",
      () => pgTable("t", { a: encrypted(jsonb("a"), { ...options, searchable: "equality" }) }),
      /cannot be searched/,
    ],
    ["a key's name that is none", () => encrypted(text("a"), { key: "Key" }), /lower-case letters/],
    ["what is no column", () => encrypted({}, options), /takes a Drizzle column builder/],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  test("a default of Drizzle's own is encrypted like any value", () => {
    expect(() =>
      pgTable("t", {
        a: encrypted(
          varchar("a").$defaultFn(() => "x"),
          options,
        ),
      }),
    ).not.toThrow();
  });
});
