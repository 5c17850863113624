import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, test } from "vitest";

import { connect, type Database, type ReservedConnection } from "../src/index.ts";
import { only, rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();
const open: ReservedConnection[] = [];

beforeAll(async () => {
  await database.db.query({
    text: "create table reading (id int primary key, note text unique deferrable initially deferred)",
  });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.release()));
  await database.db.query({ text: "truncate reading" });
});

async function reserved(db: Database = database.db): Promise<ReservedConnection> {
  const connection = await db.reserve();
  open.push(connection);
  return connection;
}

async function pidOf(connection: ReservedConnection): Promise<string> {
  return only(await connection.query({ text: "select pg_backend_pid() as pid" }))["pid"] ?? "";
}

async function textOf(blocks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const block of blocks) all.push(block);
  return Buffer.concat(all).toString("utf8");
}

const lines = (...rows: readonly string[]): Buffer[] => rows.map((row) => Buffer.from(`${row}\n`));

describe("copyOut()", () => {
  test("sends the rows in COPY's text format, and the connection is as good as before", async () => {
    const connection = await reserved();
    const pid = await pidOf(connection);
    const text = "copy (values (1, e'a\\tb'), (2, null)) to stdout";
    // PostgreSQL's documentation, "COPY", Text Format: tab between columns, \t inside one, \N for null.
    expect(await textOf(connection.copyOut(text))).toBe("1\ta\\tb\n2\t\\N\n");
    expect(await pidOf(connection)).toBe(pid);
  });

  test("an empty result ends", async () => {
    expect(await textOf((await reserved()).copyOut("copy (select 1 where false) to stdout"))).toBe("");
  });

  test("a refused statement says why, and the connection stays", async () => {
    const connection = await reserved();
    const pid = await pidOf(connection);
    const error = await rejection(textOf(connection.copyOut("copy nothing_there to stdout")));
    expect(error).toMatchObject({ name: "ServerError", code: "42P01" });
    expect(await pidOf(connection)).toBe(pid);
  });

  test("an error in the middle comes after the rows before it", async () => {
    const connection = await reserved();
    let seen = 0;
    const read = async (): Promise<void> => {
      const text = "copy (select 1 / (50000 - n) from generate_series(1, 60000) n) to stdout";
      for await (const block of connection.copyOut(text)) seen += block.length;
    };
    expect(await rejection(read())).toMatchObject({ name: "ServerError", code: "22012" });
    expect(seen).toBeGreaterThan(10_000);
    expect(await connection.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
  });

  test("who leaves early closes the connection, and the server stops", async () => {
    const connection = await reserved();
    const pid = await pidOf(connection);
    for await (const block of connection.copyOut("copy (select generate_series(1, 100000000)) to stdout"))
      if (block.length > 0) break;
    expect(await rejection(connection.query({ text: "select 1" }))).toMatchObject({
      name: "ConnectionError",
    });
    await expect
      .poll(() => database.db.query({ text: "select 1 from pg_stat_activity where pid = $1", values: [pid] }))
      .toEqual([]);
  });

  test("who leaves when the server has sent everything keeps a connection that answers", async () => {
    // Enough to fill the stream, so that the driver pauses the socket; little enough to have arrived at the first look.
    for (const rows of [500, 2_000, 8_000, 20_000]) {
      const connection = await reserved();
      const text = `copy (select repeat('x', 100) from generate_series(1, ${rows})) to stdout`;
      for await (const block of connection.copyOut(text)) {
        await sleep(100);
        if (block.length > 0) break;
      }
      // Used again, or closed: either way it does not keep its pool waiting.
      await connection.release();
    }
    expect(await database.db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
  });

  test("release() in the middle ends it", async () => {
    const connection = await reserved();
    const blocks = connection.copyOut("copy (select generate_series(1, 100000000)) to stdout");
    await blocks.next();
    await connection.release();
    expect(await rejection(textOf(blocks))).toMatchObject({ name: "ConnectionError", problem: "closed" });
  });

  test("a session that is killed in the middle is a lost connection", async () => {
    const connection = await reserved();
    const pid = await pidOf(connection);
    const read = async (): Promise<void> => {
      let blocks = 0;
      for await (const block of connection.copyOut("copy (select generate_series(1, 100000000)) to stdout")) {
        blocks += block.length > 0 ? 1 : 0;
        if (blocks === 3)
          await database.db.query({ text: "select pg_terminate_backend($1::int)", values: [pid] });
      }
    };
    expect(await rejection(read())).toMatchObject({ name: "ConnectionError", problem: "lost" });
  });

  test("the server waits while the consumer works: memory stays flat", async () => {
    const connection = await reserved();
    const before = process.memoryUsage().rss;
    let bytes = 0;
    let most = before;
    // 300 MB, and a consumer that rests now and then.
    for await (const block of connection.copyOut(
      "copy (select repeat('x', 1000) from generate_series(1, 300000)) to stdout",
    )) {
      bytes += block.length;
      if (bytes % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      most = Math.max(most, process.memoryUsage().rss);
    }
    expect(bytes).toBe(300_000 * 1001);
    expect((most - before) / 2 ** 20).toBeLessThan(100);
  });

  // postgres.js leaves the socket paused when the last block fills its stream.
  test.each([60_000, 65_000, 66_000, 300_000])(
    "a last row of %i bytes does not silence the connection",
    async (size) => {
      const connection = await reserved();
      const text = `copy (select repeat('x', ${size})) to stdout`;
      expect((await textOf(connection.copyOut(text))).length).toBe(size + 1);
      expect(await connection.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    },
  );

  test("nothing else runs on the connection meanwhile", async () => {
    const connection = await reserved();
    const blocks = connection.copyOut("copy (select generate_series(1, 100000000)) to stdout");
    await blocks.next();
    expect(await rejection(connection.query({ text: "select 1" }))).toMatchObject({ name: "TypeError" });
    expect(await rejection(connection.copyIn("copy reading from stdin", []))).toMatchObject({
      name: "TypeError",
    });
  });

  test("only a COPY to the client is taken", async () => {
    const connection = await reserved();
    expect(await rejection(textOf(connection.copyOut("select 1")))).toMatchObject({ name: "TypeError" });
    expect(await pidOf(connection)).not.toBe("");
    expect(await rejection(textOf(connection.copyOut("copy reading from stdin")))).toMatchObject({
      name: "TypeError",
    });
  });
});

describe("copyIn()", () => {
  test("counts the rows, and waits for those before it in the line", async () => {
    const connection = await reserved();
    const [, rows] = await Promise.all([
      connection.query({ text: "begin" }),
      connection.copyIn("copy reading from stdin", lines("1\ta", "2\tb")),
    ]);
    await connection.query({ text: "commit" });
    expect(rows).toBe(2);
    expect(await database.db.query({ text: "select * from reading order by id" })).toEqual([
      { id: "1", note: "a" },
      { id: "2", note: "b" },
    ]);
  });

  test("no row is a copy too", async () => {
    expect(await (await reserved()).copyIn("copy reading from stdin", [])).toBe(0);
  });

  test("a refused row says its line and column, and the connection stays", async () => {
    const connection = await reserved();
    const pid = await pidOf(connection);
    const error = await rejection(
      connection.copyIn("copy reading from stdin", lines("1\ta", "2\tb", "x\tc")),
    );
    expect(error).toMatchObject({ code: "22P02", fields: { line: 3, column: "id" } });
    expect(await pidOf(connection)).toBe(pid);
    expect(await database.db.query({ text: "select * from reading" })).toEqual([]);
  });

  // postgres.js tells nobody of an error that comes after the last byte.
  test("what is checked at the very end is told too", async () => {
    const connection = await reserved();
    const copied = connection.copyIn("copy reading from stdin", lines("1\tsame", "2\tsame"));
    expect(await rejection(copied)).toMatchObject({ code: "23505" });
    expect(await connection.copyIn("copy reading from stdin", lines("3\tother"))).toBe(1);
  });

  test("a sender that fails copies nothing, and its error is thrown on", async () => {
    const connection = await reserved();
    const failing = function* (): Generator<Buffer> {
      yield Buffer.from("1\ta\n");
      throw new RangeError("the disk is gone");
    };
    expect(await rejection(connection.copyIn("copy reading from stdin", failing()))).toMatchObject({
      name: "RangeError",
      message: "the disk is gone",
    });
    expect(await connection.query({ text: "select count(*) as n from reading" })).toEqual([{ n: "0" }]);
  });

  test("a refused row stops a sender that would go on for ever", async () => {
    const connection = await reserved();
    const endless = function* (): Generator<Buffer> {
      for (;;) yield Buffer.alloc(65_536, "x\ty\n");
    };
    expect(await rejection(connection.copyIn("copy reading from stdin", endless()))).toMatchObject({
      code: "22P02",
      fields: { line: 1 },
    });
  });

  test("a session that is killed in the middle is a lost connection", async () => {
    const connection = await reserved();
    const pid = await pidOf(connection);
    const sending = async function* (): AsyncGenerator<Buffer> {
      for (let id = 1; ; id += 1) {
        if (id === 1000)
          await database.db.query({ text: "select pg_terminate_backend($1::int)", values: [pid] });
        yield Buffer.from(`${id}\tn${id}\n`);
      }
    };
    expect(await rejection(connection.copyIn("copy reading from stdin", sending()))).toMatchObject({
      name: "ConnectionError",
      problem: "lost",
    });
    expect(await database.db.query({ text: "select * from reading" })).toEqual([]);
  });

  test("what is copied out of one database goes into another, byte by byte", async () => {
    const other = connect({ url: (await database.postgres.createDatabase()).url });
    try {
      await other.query({ text: "create table sample (id int, data bytea, note text)" });
      await database.db.query({
        text: `create table sample as select n as id, decode(md5(n::text), 'hex') as data,
          case when n % 7 = 0 then null else e'\\t\\n\\\\ ünï ' || n end as note from generate_series(1, 20000) n`,
      });
      const from = await reserved();
      const to = await other.reserve();
      const out = from.copyOut("copy sample to stdout (format binary)");
      expect(await to.copyIn("copy sample from stdin (format binary)", out)).toBe(20_000);
      await to.release();
      const text = "select count(*) as n, md5(string_agg(s::text, '' order by id)) as sum from sample s";
      expect(await other.query({ text })).toEqual(await database.db.query({ text }));
    } finally {
      await other.close({ timeoutMs: 100 });
    }
  });
});
