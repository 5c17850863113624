import { describe, expectTypeOf, test } from "vitest";

import type { QueryData, SupabaseClient } from "../../src/index.ts";
import type { Shop } from "./shop.ts";

declare const shop: SupabaseClient<Shop>;

type RowOf<Query> = QueryData<Query> extends (infer Row)[] ? Row : never;
type Tables = Shop["public"]["Tables"];

describe("what an embed means", () => {
  test("a foreign key's column: one row, null where the column can be", () => {
    const query = shop.from("orders").select("id, customer_id(email), approved_by(email)");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      id: number;
      customer_id: { email: string };
      approved_by: { email: string } | null;
    }>();
  });

  test("a foreign key's name, from either side", () => {
    const forward = shop.from("orders").select("orders_approved_by_fkey(email)");
    expectTypeOf<RowOf<typeof forward>>().toEqualTypeOf<{
      orders_approved_by_fkey: { email: string } | null;
    }>();
    const backward = shop.from("customers").select("orders_approved_by_fkey(amount)");
    expectTypeOf<RowOf<typeof backward>>().toEqualTypeOf<{ orders_approved_by_fkey: { amount: number }[] }>();
  });

  test("a relation: its rows in a list, or the one row", () => {
    const many = shop.from("orders").select("order_items(quantity)");
    expectTypeOf<RowOf<typeof many>>().toEqualTypeOf<{ order_items: { quantity: number }[] }>();
    const one = shop.from("order_items").select("orders(amount)");
    expectTypeOf<RowOf<typeof one>>().toEqualTypeOf<{ orders: { amount: number } }>();
    const oneToOne = shop.from("customers").select("customer_notes(note)");
    expectTypeOf<RowOf<typeof oneToOne>>().toEqualTypeOf<{ customer_notes: { note: string } | null }>();
    const back = shop.from("customer_notes").select("customers(email)");
    expectTypeOf<RowOf<typeof back>>().toEqualTypeOf<{ customers: { email: string } }>();
  });

  test("a relation through a junction", () => {
    const query = shop.from("orders").select("id, products(name), order_items(products(price))");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      id: number;
      products: { name: string }[];
      order_items: { products: { price: number } }[];
    }>();
    const hinted = shop.from("products").select("orders!order_items(amount)");
    expectTypeOf<RowOf<typeof hinted>>().toEqualTypeOf<{ orders: { amount: number }[] }>();
  });

  test("a view", () => {
    const query = shop.from("orders").select("order_totals(total)");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ order_totals: { total: number | null }[] }>();
    const from = shop.from("order_totals").select("total, orders(amount)");
    expectTypeOf<RowOf<typeof from>>().toEqualTypeOf<{
      total: number | null;
      orders: { amount: number } | null;
    }>();
  });

  test("the relation itself: the rows below by its name, the row above by the column", () => {
    const query = shop
      .from("categories")
      .select("name, parent_id(name), children:categories(name), same:categories!parent_id(name)");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      name: string;
      parent_id: { name: string } | null;
      children: { name: string }[];
      same: { name: string }[];
    }>();
  });

  test("a function of the row", () => {
    const query = shop.from("customers").select("email, last_order(amount)");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      email: string;
      last_order: { amount: number } | null;
    }>();
  });
});

describe("hints and joins", () => {
  test("one of several foreign keys, with !inner before or behind the hint", () => {
    const query = shop
      .from("orders")
      .select(
        "by:customers!orders_customer_id_fkey(email), a:customers!approved_by(email), b:customers!inner!approved_by(email), c:customers!approved_by!inner(email)",
      );
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      by: { email: string };
      a: { email: string } | null;
      b: { email: string };
      c: { email: string };
    }>();
  });

  test("!left changes nothing, !inner takes the null away", () => {
    const query = shop.from("customers").select("customer_notes!left(note), n:customer_notes!inner(note)");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      customer_notes: { note: string } | null;
      n: { note: string };
    }>();
    const list = shop.from("customers").select("orders!inner!customer_id(id)");
    expectTypeOf<RowOf<typeof list>>().toEqualTypeOf<{ orders: { id: number }[] }>();
  });
});

describe("what an embed shows", () => {
  test("an embed takes the place of a column of its name", () => {
    const query = shop.from("orders").select("*, customers!customer_id(email)");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<
      Omit<Tables["orders"]["Row"], "customers"> & { customers: { email: string } } extends infer Row
        ? { [Column in keyof Row]: Row[Column] }
        : never
    >();
    expectTypeOf<RowOf<typeof query>["customers"]>().toEqualTypeOf<{ email: string }>();
  });

  test("without columns it filters only", () => {
    const query = shop.from("customers").select("id, orders!customer_id()");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ id: string }>();
    const spread = shop.from("orders").select("id, ...customer_id()");
    expectTypeOf<RowOf<typeof spread>>().toEqualTypeOf<{ id: number }>();
  });

  test("a spread row's fields are the row's own, and may be missing with it", () => {
    const query = shop
      .from("orders")
      .select(
        "id, ...customer_id(mail:email), ...approved_by(approver:email), ...customers!customer_id(customer_notes(note))",
      );
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      id: number;
      mail: string;
      approver: string | null;
      customer_notes: { note: string } | null;
    }>();
  });

  test("a spread list's fields are lists", () => {
    const query = shop.from("orders").select("id, ...order_items(product_id, quantity)");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      id: number;
      product_id: number[];
      quantity: number[];
    }>();
  });

  test("an aggregate of a spread row is grouped by the columns around it", () => {
    const query = shop.from("order_items").select("product_id, ...orders(amount.sum())");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ product_id: number; sum: number }>();
  });
});

describe("a mistake does not compile, and the sentence says what is wrong", () => {
  test("aggregates of rows that become lists", () => {
    const query = shop
      .from("orders")
      // @ts-expect-error -- the aggregates are not possible
      .select("id, ...order_items(quantity.sum())");
    expectTypeOf<
      RowOf<typeof query>
    >().toExtend<"the aggregates in '...order_items' are not possible: it has many rows, whose fields become lists">();
  });

  test("a relation in itself by a foreign key's name", () => {
    const query = shop
      .from("categories")
      // @ts-expect-error -- 'categories' is related to itself
      .select("name, categories!categories_parent_id_fkey(name)");
    expectTypeOf<
      RowOf<typeof query>
    >().toExtend<"'categories' is related to itself: embed parent_id(…) for the row above, categories!parent_id(…) for the rows below">();
    // @ts-expect-error -- 'categories' is related to itself
    shop.from("categories").select("name, categories_parent_id_fkey(name)");
  });

  test("a relation joined to itself through another", () => {
    // @ts-expect-error -- 'products' has no relationship with 'products'
    shop.from("products").select("products(name)");
  });

  test("a name that means nothing", () => {
    // @ts-expect-error -- 'orders' has no relationship with 'nope'
    const query = shop.from("orders").select("id, nope(id)");
    expectTypeOf<RowOf<typeof query>>().toExtend<"'orders' has no relationship with 'nope'">();
    // @ts-expect-error -- 'products' has no relationship with 'categories'
    shop.from("products").select("id, categories(name)");
    // @ts-expect-error -- column 'nope' does not exist on 'order_items'
    shop.from("orders").select("id, order_items(nope)");
  });

  test("a question that has two answers", () => {
    const query = shop
      .from("orders")
      // @ts-expect-error -- 'orders' and 'customers' have more than one relationship
      .select("id, customers(email)");
    expectTypeOf<
      RowOf<typeof query>
    >().toExtend<"'orders' and 'customers' have more than one relationship: name the foreign key, as in customers!key(…)">();
    // @ts-expect-error -- 'id' is no foreign key, column or junction
    shop.from("orders").select("id, customers!amount(email)");
    // @ts-expect-error -- 'order_items' is embedded twice
    shop.from("orders").select("order_items(quantity), order_items(product_id)");
  });
});
