import { eq, inArray, or } from "drizzle-orm";
import { SIZE } from "../bench-sql.ts";
import { items } from "../bench-tables.ts";
import type { Workload } from "../workload.ts";

const terms = (n: number): readonly number[] =>
  Array.from({ length: 20 }, (_, index) => ((n + index * 389) % SIZE.items) + 1);

const OR = terms(0)
  .map((_, index) => `id = $${index + 1}`)
  .join(" or ");

export const orOfTwenty: Workload = {
  name: "or-20",
  rows: (n) => ({ text: `select id, name, price from items where ${OR}`, values: terms(n) }),
  client: (client, n) =>
    client
      .from("items")
      .select("id, name, price")
      .or(
        terms(n)
          .map((id) => `id.eq.${id}`)
          .join(),
      ),
  drizzle: (db, n) =>
    db
      .select({ id: items.id, name: items.name, price: items.price })
      .from(items)
      .where(or(...terms(n).map((id) => eq(items.id, id)))),
  http: (n) => ({
    path: `items?select=id,name,price&or=(${terms(n)
      .map((id) => `id.eq.${id}`)
      .join()})`,
  }),
};

/** A list of ids, of which 100 are there. */
function inList(name: string, length: number): Workload {
  const every = length / 100;
  const lists = Array.from({ length: 4 }, (_, shift) =>
    Array.from({ length }, (__, index) =>
      index % every === 0 ? (index / every) * (SIZE.items / 100) + shift + 1 : SIZE.items + index,
    ),
  );
  const ids = (n: number): readonly number[] => lists[n % lists.length] ?? [];
  return {
    name,
    ...(length > 10_000 ? { heavy: true, beyondUrl: true } : {}),
    rows: (n) => ({
      text: "select id, name, price from items where id = any($1::integer[])",
      values: [`{${ids(n).join()}}`],
    }),
    client: (client, n) => client.from("items").select("id, name, price").in("id", ids(n)),
    // PostgreSQL's protocol has room for 65,535 parameters, and Drizzle sends one for each value.
    ...(length > 65_535
      ? {}
      : {
          drizzle: (db, n) =>
            db
              .select({ id: items.id, name: items.name, price: items.price })
              .from(items)
              .where(inArray(items.id, [...ids(n)])),
        }),
    http: (n) => ({ path: `items?select=id,name,price&id=in.(${ids(n).join()})` }),
  };
}

export const inThousand: Workload = inList("in-1000", 1000);
export const inHundredThousand: Workload = inList("in-100000", 100_000);
