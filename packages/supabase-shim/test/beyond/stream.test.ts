import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { connect, type Database } from "@offramp/db";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, PostgrestError, type SupabaseClient } from "../../src/index.ts";
import { logStatements, type StatementLog } from "../statement-log.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of the heap that are in use after a full garbage collection. */
function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

let database: TestDatabase;
let one: Database;
let log: StatementLog;
let supabase: SupabaseClient;

beforeAll(async () => {
  database = await testDatabase(`
    create table readings (id integer primary key, ward text not null, value numeric, big bigint, note text);
    insert into readings select n, 'ward ' || n % 3, n / 4.0, 9007199254740993, null from generate_series(1, 2500) as n;
    create table comments (id integer primary key, reading_id integer references readings, said text);
    insert into comments select n, n, 'about ' || n from generate_series(1, 10) as n;
    create function fails_at(reading readings) returns integer stable language plpgsql as
      $$ begin if reading.id = 150 then raise exception 'reading 150' using errcode = 'P0001'; end if; return reading.id; end $$;
    do $$ begin create role stream_reader nologin; exception when duplicate_object then null; end $$;
    grant select on readings to stream_reader;
    alter table readings enable row level security;
    create policy own on readings to stream_reader using (ward = current_setting('request.jwt.claims')::json->>'ward');
  `);
  // One connection: a stream that did not give it back would stop whatever comes after it.
  one = connect({ url: database.url, max: 1 });
  log = logStatements(one);
  supabase = createClient(log.database, undefined, { watchSchema: false });
  await supabase.from("readings").select("id").limit(1).throwOnError();
});

beforeEach(() => void log.take());

afterAll(async () => {
  await one.close();
  await database.close();
});

async function all<Rows>(stream: AsyncIterable<Rows>): Promise<Rows[]> {
  const batches: Rows[] = [];
  for await (const rows of stream) batches.push(rows);
  return batches;
}

describe("stream()", () => {
  test("brings the rows of the same query without it, batch by batch", async () => {
    const query = () =>
      supabase.from("readings").select("id, value, comments(said)").eq("ward", "ward 1").order("id");
    const { data } = await query();
    const batches = await all(query().stream({ batch: 250 }));
    expect(batches.map((rows) => rows.length)).toEqual([250, 250, 250, 84]);
    expect(batches.flat()).toEqual(data);
    expect(batches[0]?.[0]).toEqual({ id: 1, value: 0.25, comments: [{ said: "about 1" }] });
  });

  test("declares a cursor in a read-only transaction, its values as parameters", async () => {
    await all(supabase.from("readings").select("id").eq("ward", "ward 2").lt("id", 9).stream({ batch: 5 }));
    const sent = log.take();
    expect(sent.map(({ text }) => text)).toEqual([
      "begin isolation level read committed read only",
      "set local cursor_tuple_fraction = 1",
      'declare "offramp_stream" no scroll cursor for select row_to_json("offramp_rows")::text as body, null::text as traced from (select "public"."readings"."id" from "public"."readings" where "public"."readings"."ward" = $1 and "public"."readings"."id" < $2) as "offramp_rows"',
      "fetch forward 5 from offramp_stream",
    ]);
    expect(sent[2]?.values).toEqual(["ward 2", "9"]);
  });

  test("a thousand rows at a time by default; no batch where there is no row", async () => {
    const batches = await all(supabase.from("readings").select("id").stream());
    expect(batches.map((rows) => rows.length)).toEqual([1000, 1000, 500]);
    expect(await all(supabase.from("readings").select("id").eq("id", -1).stream())).toEqual([]);
    expect(await all(supabase.from("readings").select("id").limit(3).stream({ batch: 2 }))).toEqual([
      [{ id: expect.any(Number) as unknown }, { id: expect.any(Number) as unknown }],
      [{ id: expect.any(Number) as unknown }],
    ]);
  });

  test("all batches are of one moment", async () => {
    const seen: number[] = [];
    for await (const rows of supabase.from("readings").select("id").order("id").stream({ batch: 1000 })) {
      await database.script("delete from readings where id = 2400");
      seen.push(...rows.map(({ id }) => id as number));
    }
    expect(seen).toHaveLength(2500);
    await database.script("insert into readings values (2400, 'ward 0', 600, 9007199254740993, null)");
  });

  test("leaving early closes the cursor and gives the connection back", async () => {
    for await (const rows of supabase.from("readings").select("id").stream({ batch: 10 })) {
      expect(rows).toHaveLength(10);
      break;
    }
    // On the only connection of the pool: no transaction is open on it.
    const [row] = await one.query({ text: "select count(*) as n from pg_cursors" });
    expect(row?.["n"]).toBe("0");
    await expect(all(supabase.from("readings").select("id").limit(1).stream())).resolves.toHaveLength(1);
  });

  test("what the loop throws is thrown on, and the connection given back", async () => {
    const reason = new Error("disk full");
    const work = (async () => {
      for await (const _ of supabase.from("readings").select("id").stream()) throw reason;
    })();
    await expect(work).rejects.toBe(reason);
    expect(await one.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
  });

  test("throws a PostgrestError, at the beginning and in the middle, after the rows before it", async () => {
    const unknown = all(supabase.from("readings").select("nothing").stream());
    await expect(unknown).rejects.toMatchObject({ name: "PostgrestError", code: "42703" });
    const seen: unknown[] = [];
    const failing = (async () => {
      const query = supabase.from("readings").select("id, fails_at");
      for await (const rows of query.stream({ batch: 100 })) seen.push(...rows);
    })();
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PostgrestError);
    expect(error).toMatchObject({ code: "P0001", message: "reading 150" });
    expect(seen).toHaveLength(100);
    expect(await one.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
  });

  test("ends when its signal is aborted", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const work = (async () => {
      const query = supabase.from("readings").select("id").abortSignal(controller.signal);
      for await (const rows of query.stream({ batch: 100 })) {
        seen.push(rows.length);
        controller.abort();
      }
    })();
    await expect(work).rejects.toMatchObject({ name: "PostgrestError", message: /AbortError/ });
    expect(seen).toEqual([100]);
    expect(await one.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
  });

  test("runs with the role's rights, and its claims", async () => {
    const reader = supabase.withClaims({ role: "stream_reader", ward: "ward 1" });
    const rows = (await all(reader.from("readings").select("ward").stream({ batch: 500 }))).flat();
    expect(rows).toHaveLength(834);
    expect(new Set(rows.map(({ ward }) => ward as string))).toEqual(new Set(["ward 1"]));
    const refused = all(reader.from("comments").select("id").stream());
    await expect(refused).rejects.toMatchObject({ name: "PostgrestError", code: "42501" });
  });

  test("shows exact integers, and leaves nulls out, as the query does", async () => {
    const exact = createClient(log.database, undefined, { watchSchema: false, db: { bigint: "bigint" } });
    const [rows] = await all(exact.from("readings").select("big, note").eq("id", 1).stream());
    expect(rows).toEqual([{ big: 9007199254740993n, note: null }]);
    const stripped = supabase.from("readings").select("id, note").eq("id", 1);
    stripped.stripNulls();
    expect(await all(stripped.stream())).toEqual([[{ id: 1 }]]);
  });

  test("refuses what is no list of rows, and a transaction", async () => {
    const onlyLists = { code: "OFF001", message: "Only a list of rows can be streamed." };
    await expect(all(supabase.from("readings").insert({ id: 1 }).stream())).rejects.toMatchObject(onlyLists);
    await expect(all(supabase.from("readings").select("id", { head: true }).stream())).rejects.toMatchObject(
      onlyLists,
    );
    await expect(
      supabase.transaction(async (tx) => all(tx.from("readings").select("id").stream())),
    ).rejects.toMatchObject({ code: "OFF004" });
    expect(() => supabase.from("readings").select("id").stream({ batch: 0 })).toThrow(TypeError);
  });

  test("holds one batch in memory, however many rows there are", async () => {
    const row = { kind: "x".repeat(400) };
    await database.script(
      `create view many as select n as id, '${JSON.stringify(row)}'::json as wide from generate_series(1, 60000) as n`,
    );
    await one.query({ text: "notify pgrst, 'reload schema'" });
    await expect.poll(async () => (await supabase.from("many").select("id").limit(1)).error).toBeNull();
    let count = 0;
    const heap: number[] = [];
    for await (const rows of supabase.from("many").select("id, wide").stream({ batch: 500 })) {
      count += rows.length;
      if (count % 5000 === 0) heap.push(heapInUse());
    }
    expect(count).toBe(60_000);
    // The rows together are 25 MB of text, and more as objects.
    expect(Math.max(...heap) - (heap[0] ?? 0)).toBeLessThan(6 * 1024 * 1024);
  });
});
