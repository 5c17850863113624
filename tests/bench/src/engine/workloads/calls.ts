import { sql } from "drizzle-orm";
import { items } from "../bench-tables.ts";
import type { Workload } from "../workload.ts";

export const rpcScalar: Workload = {
  name: "rpc",
  hand: (n) => ({ text: "select add_numbers($1, $2)::text as body", values: [n % 1000, 2] }),
  client: (client, n) => client.rpc("add_numbers", { a: n % 1000, b: 2 }),
  drizzle: async (db, n) => {
    const [row] = await db.execute<{ sum: number }>(sql`select add_numbers(${n % 1000}, 2) as sum`);
    return row?.sum;
  },
  http: (n) => ({ path: "rpc/add_numbers", method: "POST", body: JSON.stringify({ a: n % 1000, b: 2 }) }),
};

export const aggregate: Workload = {
  name: "aggregate",
  rows: () => ({ text: "select category, count(*), sum(price) from items group by category", values: [] }),
  client: (client) => client.from("items").select("category, count(), price.sum()"),
  drizzle: (db) =>
    db
      .select({
        category: items.category,
        count: sql<number>`count(*)::integer`,
        sum: sql<number>`sum(${items.price})::integer`,
      })
      .from(items)
      .groupBy(items.category),
  http: () => ({ path: "items?select=category,count(),price.sum()" }),
};
