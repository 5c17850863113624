import { connect, type Database } from "@offramp/db";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";

const big = 9_007_199_254_740_993n;
let server: ThrowawayPostgres;
let db: Database;

beforeAll(async () => {
  server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  db = connect({ url });
  for (const text of [
    "create table wallets (id bigint primary key, name text, data jsonb)",
    "create table coins (id int primary key, wallet_id bigint references wallets, worth bigint)",
    "create function biggest() returns bigint language sql stable as $$ select max(id) from wallets $$",
    "create function all_ids() returns setof bigint language sql stable as $$ select id from wallets $$",
    `insert into wallets values (${big}, 'Ada', '{"n": 9007199254740993}')`,
    `insert into coins values (1, ${big}, ${big}), (2, ${big}, null)`,
  ]) {
    await db.query({ text });
  }
});

afterAll(async () => {
  await db.close();
  await server.stop();
});

const client = (bigint?: "number" | "string" | "bigint") =>
  createClient(db, undefined, bigint === undefined ? {} : { db: { bigint } });

describe.each([
  ["string" as const, String(big)],
  ["bigint" as const, big],
])("bigint columns as %s", (form, exact) => {
  let supabase: SupabaseClient;

  beforeAll(() => {
    supabase = client(form);
  });

  test("are exact in rows, embeds and spreads, however deep", async () => {
    const { data } = await supabase
      .from("wallets")
      .select("*, coins(id, worth, wallets(id))")
      .order("id", { referencedTable: "coins" })
      .single();
    expect(data).toEqual({
      id: exact,
      name: "Ada",
      data: { n: Number(big) },
      coins: [
        { id: 1, worth: exact, wallets: { id: exact } },
        { id: 2, worth: null, wallets: { id: exact } },
      ],
    });
    const spread = await supabase.from("coins").select("n:worth, ...wallets(wallet:id)").eq("id", 1);
    expect(spread.data).toEqual([{ n: exact, wallet: exact }]);
    const many = await supabase.from("wallets").select("name, ...coins(worth)");
    expect(many.data).toEqual([{ name: "Ada", worth: expect.arrayContaining([exact, null]) as unknown }]);
  });

  test("are exact in what a mutation returns, in aggregates, and from functions", async () => {
    const written = await supabase.from("coins").update({ worth: big }).eq("id", 1).select("worth").single();
    expect(written.data).toEqual({ worth: exact });
    expect((await supabase.from("coins").select("worth.max(), count()")).data).toEqual([
      { max: exact, count: 2 },
    ]);
    expect((await supabase.rpc("biggest")).data).toBe(exact);
    expect((await supabase.rpc("all_ids")).data).toEqual([exact]);
  });

  test("filter and order as numbers", async () => {
    const { data } = await supabase.from("wallets").select("id").eq("id", big).gt("id", 10).order("id");
    expect(data).toEqual([{ id: exact }]);
  });
});

test("as numbers, which is the default, they are rounded as they are today", async () => {
  expect((await client().from("wallets").select("id").single()).data).toEqual({ id: Number(big) });
});
