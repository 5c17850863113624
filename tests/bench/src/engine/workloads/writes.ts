import { eq, sql } from "drizzle-orm";
import { SIZE } from "../bench-sql.ts";
import { entries, stock } from "../bench-tables.ts";
import type { Effect, Workload } from "../workload.ts";

interface Entry {
  readonly name: string;
  readonly price: number;
  readonly added: string;
}

const entry = (n: number): Entry => ({ name: `Entry ${n}`, price: n % 1000, added: "2026-07-04" });

const entriesEffect: Effect = {
  reset: "truncate entries restart identity",
  left: "select name, price, added::text as added from entries order by price, name",
};

export const insertOne: Workload = {
  name: "insert-1",
  effect: entriesEffect,
  hand: (n) => ({
    text: "insert into entries (name, price, added) values ($1, $2, $3)",
    values: Object.values(entry(n)) as (string | number)[],
  }),
  client: (client, n) => client.from("entries").insert(entry(n)),
  drizzle: async (db, n) => {
    await db.insert(entries).values(entry(n));
    return null;
  },
  http: (n) => ({ path: "entries", method: "POST", body: JSON.stringify(entry(n)) }),
};

function insertMany(name: string, length: number): Workload {
  const rows = Array.from({ length }, (_, index) => entry(index));
  return {
    name,
    ...(length > 10_000 ? { heavy: true } : {}),
    effect: entriesEffect,
    hand: () => ({
      text: `insert into entries (name, price, added)
        select name, price, added from json_to_recordset($1::text::json) as r(name text, price integer, added date)`,
      values: [JSON.stringify(rows)],
    }),
    client: (client) => client.from("entries").insert(rows),
    // Three parameters for each row, of which PostgreSQL takes 65,535.
    ...(length * 3 > 65_535
      ? {}
      : {
          drizzle: async (db) => {
            await db.insert(entries).values(rows);
            return null;
          },
        }),
    http: () => ({ path: "entries", method: "POST", body: JSON.stringify(rows) }),
  };
}

export const insertThousand: Workload = insertMany("insert-1000", 1000);
export const insertTwentyThousand: Workload = insertMany("insert-20000", 20_000);

interface Stock {
  readonly id: number;
  readonly quantity: number;
}

const stockRows = (n: number): readonly Stock[] => {
  const base = (n % (SIZE.stock / 1000)) * 1000;
  return Array.from({ length: 1000 }, (_, index) => ({ id: base + index + 1, quantity: n % 7 }));
};

const stockEffect: Effect = {
  reset: "update stock set quantity = 0 where quantity <> 0",
  left: "select id, quantity from stock where quantity <> 0 order by id",
};

export const upsertThousand: Workload = {
  name: "upsert-1000",
  effect: stockEffect,
  hand: (n) => ({
    text: `insert into stock (id, quantity)
      select id, quantity from json_to_recordset($1::text::json) as r(id integer, quantity integer)
      on conflict (id) do update set quantity = excluded.quantity`,
    values: [JSON.stringify(stockRows(n))],
  }),
  client: (client, n) => client.from("stock").upsert([...stockRows(n)]),
  drizzle: async (db, n) => {
    await db
      .insert(stock)
      .values([...stockRows(n)])
      .onConflictDoUpdate({ target: stock.id, set: { quantity: sql`excluded.quantity` } });
    return null;
  },
  http: (n) => ({
    path: "stock",
    method: "POST",
    body: JSON.stringify(stockRows(n)),
    prefer: "resolution=merge-duplicates",
  }),
};

const id = (n: number): number => (n % SIZE.stock) + 1;

export const updateByKey: Workload = {
  name: "update",
  effect: stockEffect,
  hand: (n) => ({ text: "update stock set quantity = $2 where id = $1", values: [id(n), n % 7] }),
  client: (client, n) =>
    client
      .from("stock")
      .update({ quantity: n % 7 })
      .eq("id", id(n)),
  drizzle: async (db, n) => {
    await db
      .update(stock)
      .set({ quantity: n % 7 })
      .where(eq(stock.id, id(n)));
    return null;
  },
  http: (n) => ({ path: `stock?id=eq.${id(n)}`, method: "PATCH", body: JSON.stringify({ quantity: n % 7 }) }),
};
