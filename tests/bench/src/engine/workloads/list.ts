import { asc, eq } from "drizzle-orm";
import { items } from "../bench-tables.ts";
import type { Workload } from "../workload.ts";

const category = (n: number): string => `category ${n % 20}`;

export const list100: Workload = {
  name: "list-100",
  rows: (n) => ({
    text: "select id, name, price, added from items where category = $1 order by id limit 100",
    values: [category(n)],
  }),
  client: (client, n) =>
    client.from("items").select("id, name, price, added").eq("category", category(n)).order("id").limit(100),
  drizzle: (db, n) =>
    db
      .select({ id: items.id, name: items.name, price: items.price, added: items.added })
      .from(items)
      .where(eq(items.category, category(n)))
      .orderBy(asc(items.id))
      .limit(100),
  relational: (db, n) =>
    db.query.items.findMany({
      columns: { id: true, name: true, price: true, added: true },
      where: eq(items.category, category(n)),
      orderBy: asc(items.id),
      limit: 100,
    }),
  http: (n) => ({
    path: `items?select=id,name,price,added&category=eq.${encodeURIComponent(category(n))}&order=id&limit=100`,
  }),
  audited: { columns: ["public.items.name"], filters: ["public.items.category eq"] },
};
