import { asc, count, eq } from "drizzle-orm";
import { items } from "../bench-tables.ts";
import type { Workload } from "../workload.ts";

const category = (n: number): string => `category ${n % 20}`;
const PAGE = 20;
/** How far down the list a deep page is. */
const DEEP = 9000;
const from = (n: number): number => (n % 10) * PAGE;

/** A page by offset, with the total that a list's footer shows. */
export const page: Workload = {
  name: "page-counted",
  counted: true,
  hand: (n) => ({
    text: `select json_build_object('count', (select count(*) from items where category = $1), 'rows',
        coalesce(json_agg(r), '[]'))::text as body
      from (select id, name, price from items where category = $1 order by id limit ${PAGE} offset $2) r`,
    values: [category(n), from(n)],
  }),
  client: (client, n) =>
    client
      .from("items")
      .select("id, name, price", { count: "exact" })
      .eq("category", category(n))
      .order("id")
      .range(from(n), from(n) + PAGE - 1),
  drizzle: async (db, n) => {
    const where = eq(items.category, category(n));
    const [rows, [total]] = await Promise.all([
      db
        .select({ id: items.id, name: items.name, price: items.price })
        .from(items)
        .where(where)
        .orderBy(asc(items.id))
        .limit(PAGE)
        .offset(from(n)),
      db.select({ count: count() }).from(items).where(where),
    ]);
    return { count: total?.count, rows };
  },
  http: (n) => ({
    path: `items?select=id,name,price&category=eq.${encodeURIComponent(category(n))}&order=id&limit=${PAGE}&offset=${from(n)}`,
    prefer: "count=exact",
  }),
};

/** The same page by the key of the last row before it: what a long list should do instead of counting from its beginning. */
export const pageByOffset: Workload = deepPage("page-9000-by-offset", "offset");
export const pageByKey: Workload = deepPage("page-9000-by-key", "key");

function deepPage(name: string, by: "offset" | "key"): Workload {
  const after = (n: number): number => DEEP + (n % 900);
  const where = by === "key" ? "where id > $1 order by id limit 20" : "order by id limit 20 offset $1";
  return {
    name,
    rows: (n) => ({ text: `select id, name, price from items ${where}`, values: [after(n)] }),
    client: (client, n) => {
      const rows = client.from("items").select("id, name, price");
      return by === "key"
        ? rows.gt("id", after(n)).order("id").limit(PAGE)
        : rows.order("id").range(after(n), after(n) + PAGE - 1);
    },
    http: (n) => ({
      path:
        by === "key"
          ? `items?select=id,name,price&id=gt.${after(n)}&order=id&limit=${PAGE}`
          : `items?select=id,name,price&order=id&limit=${PAGE}&offset=${after(n)}`,
    }),
  };
}
