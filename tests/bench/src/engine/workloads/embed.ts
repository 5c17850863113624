import { and, asc, eq, gt, inArray, lte } from "drizzle-orm";
import { customers, customerTags, lines, orders, tags } from "../bench-tables.ts";
import type { Workload } from "../workload.ts";

/** As an application does it behind a join: the rows by their parent, in the order in which they came. */
function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => number): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

const first = (n: number): number => (n * 20) % 900;

export const embed: Workload = {
  name: "embed-20",
  rows: (n) => ({
    text: `select c.id, c.name, o.orders from (select id, name from customers where id > $1 order by id limit 20) c
      cross join lateral (select coalesce(json_agg(r), '[]') as orders
        from (select id, total from orders where customer_id = c.id) r) o order by c.id`,
    values: [first(n)],
  }),
  client: (client, n) =>
    client.from("customers").select("id, name, orders(id, total)").gt("id", first(n)).order("id").limit(20),
  drizzle: async (db, n) => {
    const parents = await db
      .select({ id: customers.id, name: customers.name })
      .from(customers)
      .where(gt(customers.id, first(n)))
      .orderBy(asc(customers.id))
      .limit(20);
    const children = await db
      .select({ id: orders.id, total: orders.total, customer: orders.customerId })
      .from(orders)
      .where(
        inArray(
          orders.customerId,
          parents.map((parent) => parent.id),
        ),
      );
    const byCustomer = grouped(children, ({ customer }) => customer);
    return parents.map((parent) => ({
      ...parent,
      orders: (byCustomer.get(parent.id) ?? []).map(({ id, total }) => ({ id, total })),
    }));
  },
  relational: (db, n) =>
    db.query.customers.findMany({
      columns: { id: true, name: true },
      with: { orders: { columns: { id: true, total: true } } },
      where: gt(customers.id, first(n)),
      orderBy: asc(customers.id),
      limit: 20,
    }),
  http: (n) => ({ path: `customers?select=id,name,orders(id,total)&id=gt.${first(n)}&order=id&limit=20` }),
};

export const threeLevels: Workload = {
  name: "embed-3-levels",
  rows: (n) => ({
    text: `select c.id, c.name, o.orders from (select id, name from customers where id > $1 order by id limit 100) c
      cross join lateral (select coalesce(json_agg(r), '[]') as orders from (
        select o.id, o.total, l.lines from orders o
        cross join lateral (select coalesce(json_agg(r), '[]') as lines
          from (select id, quantity from lines where order_id = o.id) r) l
        where o.customer_id = c.id) r) o order by c.id`,
    values: [first(n)],
  }),
  client: (client, n) =>
    client
      .from("customers")
      .select("id, name, orders(id, total, lines(id, quantity))")
      .gt("id", first(n))
      .order("id")
      .limit(100),
  drizzle: async (db, n) => {
    const rows = await db
      .select({ customer: customers, order: orders, line: lines })
      .from(customers)
      .innerJoin(orders, eq(orders.customerId, customers.id))
      .innerJoin(lines, eq(lines.orderId, orders.id))
      .where(and(gt(customers.id, first(n)), lte(customers.id, first(n) + 100)));
    return [...grouped(rows, ({ customer }) => customer.id).values()].map((ofCustomer) => ({
      id: ofCustomer[0]?.customer.id,
      name: ofCustomer[0]?.customer.name,
      orders: [...grouped(ofCustomer, ({ order }) => order.id).values()].map((ofOrder) => ({
        id: ofOrder[0]?.order.id,
        total: ofOrder[0]?.order.total,
        lines: ofOrder.map(({ line: { id, quantity } }) => ({ id, quantity })),
      })),
    }));
  },
  relational: (db, n) =>
    db.query.customers.findMany({
      columns: { id: true, name: true },
      with: {
        orders: {
          columns: { id: true, total: true },
          with: { lines: { columns: { id: true, quantity: true } } },
        },
      },
      where: gt(customers.id, first(n)),
      orderBy: asc(customers.id),
      limit: 100,
    }),
  http: (n) => ({
    path: `customers?select=id,name,orders(id,total,lines(id,quantity))&id=gt.${first(n)}&order=id&limit=100`,
  }),
};

export const manyToMany: Workload = {
  name: "many-to-many",
  rows: (n) => ({
    text: `select c.id, c.name, t.tags from (select id, name from customers where id > $1 order by id limit 20) c
      cross join lateral (select coalesce(json_agg(r), '[]') as tags from (select t.id, t.label
        from customer_tags ct join tags t on t.id = ct.tag_id where ct.customer_id = c.id) r) t order by c.id`,
    values: [first(n)],
  }),
  client: (client, n) =>
    client.from("customers").select("id, name, tags(id, label)").gt("id", first(n)).order("id").limit(20),
  drizzle: async (db, n) => {
    const rows = await db
      .select({ customer: customers, tag: tags })
      .from(customers)
      .innerJoin(customerTags, eq(customerTags.customerId, customers.id))
      .innerJoin(tags, eq(tags.id, customerTags.tagId))
      .where(and(gt(customers.id, first(n)), lte(customers.id, first(n) + 20)));
    return [...grouped(rows, ({ customer }) => customer.id).values()].map((ofCustomer) => ({
      id: ofCustomer[0]?.customer.id,
      name: ofCustomer[0]?.customer.name,
      tags: ofCustomer.map(({ tag }) => tag),
    }));
  },
  relational: async (db, n) => {
    const found = await db.query.customers.findMany({
      columns: { id: true, name: true },
      with: { customerTags: { with: { tag: true } } },
      where: gt(customers.id, first(n)),
      orderBy: asc(customers.id),
      limit: 20,
    });
    return found.map(({ id, name, customerTags: joined }) => ({
      id,
      name,
      tags: joined.map(({ tag }) => tag),
    }));
  },
  http: (n) => ({ path: `customers?select=id,name,tags(id,label)&id=gt.${first(n)}&order=id&limit=20` }),
};
