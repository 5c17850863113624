import { eq } from "drizzle-orm";
import { SIZE } from "../bench-sql.ts";
import { items } from "../bench-tables.ts";
import type { Workload } from "../workload.ts";

const id = (n: number): number => (n % SIZE.items) + 1;

export const rowByKey: Workload = {
  name: "row",
  rows: (n) => ({ text: "select id, name, price from items where id = $1", values: [id(n)] }),
  client: (client, n) => client.from("items").select("id, name, price").eq("id", id(n)),
  drizzle: (db, n) =>
    db
      .select({ id: items.id, name: items.name, price: items.price })
      .from(items)
      .where(eq(items.id, id(n))),
  relational: (db, n) =>
    db.query.items.findMany({ columns: { id: true, name: true, price: true }, where: eq(items.id, id(n)) }),
  http: (n) => ({ path: `items?select=id,name,price&id=eq.${id(n)}` }),
  audited: { columns: ["public.items.name"], filters: ["public.items.id eq"] },
};
