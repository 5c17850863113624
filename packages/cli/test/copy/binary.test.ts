import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { sameInBinary } from "../../src/tables/binary-types.ts";
import { contents, makePair, type Pair } from "./pair.ts";
import { failure, quiet, run } from "./run.ts";

describe("what goes in binary", () => {
  it.each([
    ["text", "text", true],
    ["timestamp(3) with time zone", "timestamp(3) with time zone", true],
    ["numeric(10,2)", "numeric(10,2)", true],
    ["numeric(10,-2)[]", "numeric(10,-2)[]", true],
    // The target rounds or refuses what it is given as text; a binary integer is no binary bigint at all.
    ["integer", "bigint", false],
    ["character varying(10)", "text", false],
    // Arrays and rows name their elements' types by numbers of their own server.
    ["public.mood", "public.mood", false],
    ["public.mood[]", "public.mood[]", false],
    ["record", "record", false],
    ["regclass", "regclass", false],
    ["money", "money", false],
  ])("%s into %s: %s", (source, target, binary) => {
    expect(sameInBinary(source, target)).toBe(binary);
  });
});

describe("rows in binary", () => {
  let pair: Pair;

  beforeEach(async () => {
    pair = await makePair();
  });

  afterEach(async () => {
    await pair.close();
  });

  it("arrive as they were, with the ends of every type", async () => {
    await pair.schema(`
      create table kinds (
        id int8 primary key, i2 int2, i4 int4, b bool, n numeric, f4 float4, f8 float8, t text, v varchar(50), c char(5), by bytea,
        d date, ti time, tt timetz, ts timestamp, tz timestamptz(3), iv interval, u uuid, j json, jb jsonb, ine inet, ci cidr, ma macaddr,
        arr text[], ia int[], da date[]
      );
      create table one (id int primary key)`);
    await pair.source.query({
      text: `insert into kinds values
        (9223372036854775807, 32767, 2147483647, true, 'NaN', 'NaN', 'infinity', e'tab\\t nl\\n cr\\r \\\\N 😀', 'ünï', 'ab', '\\x00ff0a5c',
         'infinity', '24:00', '23:59:59.999999-15:59', '294276-12-31 23:59:59.999999', 'infinity', '178000000 years', gen_random_uuid(),
         '{"a": 1, "a": 2}', '{"b":[1,null,"x\\ny"]}', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03',
         array['a,b', null, 'NULL', '', '"'], '{{1,2},{3,4}}', '[5:6]={2026-01-02,infinity}'),
        (-9223372036854775808, -32768, -2147483648, false, 1e-200, '-0', 5e-324, '', '', '', '',
         '4713-01-01 BC', '00:00', null, '4713-01-01 BC', '-infinity', '-178000000 years', null, 'null', 'null', '::/0', '::/0', null, '{}', '{}', '{}'),
        (0, null, null, null, 123456789012345678901234567890.0123456789, 0.1, 0.1, null, null, null, null, null, null, null, null,
         '2026-01-02 03:04:05.678+02', '1 mon -1 day 00:00:00.000001', null, null, null, null, null, null, null, null, null);
        insert into one select generate_series(1, 3)`,
      script: true,
    });
    const report = await run(pair);
    expect(await contents(pair.target, "kinds")).toEqual(await contents(pair.source, "kinds"));
    // PostgreSQL's documentation, "COPY", Binary Format: 11 bytes of signature, 8 of flags and extension, 2 of trailer; a row has
    // 2, and 4 for the length of each field.
    const one = report.tables.find(({ source }) => source === "public.one");
    expect(one?.bytes).toBe(11 + 8 + 3 * (2 + 4 + 4) + 2);
  });

  it("that the target refuses are named like others", async () => {
    await pair.source.query({
      text: `create table visit (id int primary key, code text);
        insert into visit select n, case n when 7 then 'x' else 'ok' end from generate_series(1, 1000) n`,
      script: true,
    });
    await pair.target.query({
      text: "create table visit (id int primary key, code text constraint known check (code = 'ok'))",
    });
    expect((await failure(run(pair))).message).toContain(
      "public.visit (id=7): a check constraint refuses it (constraint known), SQLSTATE 23514",
    );
    await run(pair, { quarantine: true });
    expect(await contents(pair.target, "visit")).toHaveLength(999);
  });

  it("come in parts of about the same size, and are counted to the row", async () => {
    await pair.schema("create table reading (id int primary key, note text)");
    // As text "10…" comes before "5…": the ends of parts must follow the key's own order.
    await pair.source.query({
      text: "insert into reading select n, repeat('x', 50) from generate_series(1, 30000) n; analyze reading",
      script: true,
    });
    let told = 0;
    const watcher = { ...quiet, advance: (rows: number): void => void (told += rows) };
    await run(pair, { chunkBytes: 300_000, watcher });
    const parts = await pair.target.query({ text: "select rows_copied as n from offramp.copy_chunk" });
    const sizes = parts.map((part) => Number(part["n"]));
    expect(sizes.length).toBeGreaterThanOrEqual(6);
    expect(Math.max(...sizes)).toBeLessThan(1.5 * Math.min(...sizes));
    expect(told).toBe(30_000);
  });
});
