import { describe, expectTypeOf, test } from "vitest";

import type { QueryData, SupabaseClient } from "../../src/index.ts";
import type { Shop } from "./shop.ts";

declare const shop: SupabaseClient<Shop>;
declare const text: string;

const orders = shop.from("orders").select("id, buyer:customers!customer_id(email), order_items(quantity)");
const customers = shop.from("customers").select();

describe("a column that a filter names is there", () => {
  test("in every filter", () => {
    customers.eq("email", "x").neq("full_name", null).gt("created_at", "2026").gte("email", "a");
    customers.lt("created_at", new Date()).lte("email", "z").is("full_name", null).isDistinct("email", "x");
    customers.like("email", "%x").ilike("email", "x").likeAllOf("email", ["x"]).ilikeAnyOf("email", ["x"]);
    customers.contains("tags", ["a"]).containedBy("tags", ["a"]).overlaps("tags", ["a"]);
    customers.textSearch("full_name", "x").regexMatch("email", "x").filter("email", "eq", "x");
    // @ts-expect-error -- no such column
    customers.eq("nope", 1);
    // @ts-expect-error -- no such column
    customers.gt("nope", 1);
    // @ts-expect-error -- no such column
    customers.like("nope", "x");
    // @ts-expect-error -- no such column
    customers.is("nope", null);
    // @ts-expect-error -- no such column
    customers.in("nope", [1]);
    // @ts-expect-error -- no such column
    customers.contains("nope", [1]);
    // @ts-expect-error -- no such column
    customers.rangeAdjacent("nope", "[1,2]");
    // @ts-expect-error -- no such column
    customers.textSearch("nope", "x");
    // @ts-expect-error -- no such column
    customers.not("nope", "eq", 1);
    // @ts-expect-error -- no such column
    customers.filter("nope", "eq", 1);
    // @ts-expect-error -- no such column
    customers.match({ nope: 1 });
  });

  test("a name that is only known at run time is taken as it is", () => {
    customers.eq(text, 1).gt(text, 1).in(text, [1]).order(text).is(text, null).not(text, "eq", 1);
    customers.match({ [text]: 1 }).eq(`settings->${text}`, 1);
    const filters: Record<string, unknown> = {};
    customers.match(filters);
  });

  test("a value is of the column's type", () => {
    customers.eq("status", "active").in("status", ["active", "blocked"]).match({ status: "active" });
    // @ts-expect-error -- no such status
    customers.eq("status", "asleep");
    // @ts-expect-error -- no such status
    customers.in("status", ["asleep"]);
    // @ts-expect-error -- a null equals nothing
    customers.eq("full_name", null);
    // @ts-expect-error -- no such status
    customers.match({ status: "asleep" });
    orders.eq("amount", 3n).gt("amount", 3);
    orders.gt("amount", "3");
    // @ts-expect-error -- no number
    orders.gt("amount", true);
  });
});

const items = shop.from("orders").select("order_items(products(name))");

describe("columns of embeds and paths into JSON", () => {
  test("an embed by its alias, its relation or its column", () => {
    orders.eq("buyer.email", "x").eq("buyer.status", "active").gt("order_items.quantity", 1);
    // @ts-expect-error -- no such column
    orders.eq("buyer.nope", "x");
    // @ts-expect-error -- no such status
    orders.eq("buyer.status", "asleep");
    // @ts-expect-error -- no such column
    orders.gt("order_items.nope", 1);
    // @ts-expect-error -- no number
    orders.eq("order_items.quantity", "many");
    items.eq("order_items.products.name", "x");
    // @ts-expect-error -- no such column
    items.eq("order_items.products.nope", "x");
    // @ts-expect-error -- not embedded there
    orders.eq("order_items.products.name", "x");
    // @ts-expect-error -- not embedded
    customers.eq("orders.amount", 1);
    // A function's rows may be embedded by a later select.
    shop.rpc("find_orders", { customer: "x" }).eq("order_items.quantity", 1);
  });

  test("a path", () => {
    const products = shop.from("products").select();
    products.eq("details->>size", "m").gt("details->maker->founded", 1900).eq("details->maker->>name", "x");
    customers.eq("settings->a->>b", "x");
    // @ts-expect-error -- no such size
    products.eq("details->>size", "xl");
    // @ts-expect-error -- no such column
    products.eq("nope->>size", "m");
  });

  test("whether an embed has rows", () => {
    orders.is("buyer", null).not("order_items", "is", null).filter("buyer", "not.is", "null");
  });

  test("alternatives as a list", () => {
    customers.or([
      { column: "email", operator: "eq", value: "x" },
      { and: [{ column: "settings->>a", operator: "is", value: null, not: true }] },
    ]);
    // @ts-expect-error -- no such column
    customers.or([{ column: "nope", operator: "eq", value: "x" }]);
    orders.or([{ column: "quantity", operator: "gt", value: 1 }], { referencedTable: "order_items" });
    // @ts-expect-error -- no such column of that relation
    orders.or([{ column: "amount", operator: "gt", value: 1 }], { referencedTable: "order_items" });
    customers.or("email.eq.x,full_name.is.null");
  });
});

describe("order", () => {
  test("by a column, a path, a column of the one embedded row, or inside an embed", () => {
    orders.order("amount").order("buyer(email)", { ascending: false });
    orders.order("quantity", { referencedTable: "order_items" });
    orders.order("email", { referencedTable: "buyer" });
    items.order("products(name)", { referencedTable: "order_items" });
    items.order("name", { referencedTable: "order_items.products" });
    // @ts-expect-error -- no such column
    items.order("nope", { referencedTable: "order_items.products" });
    customers.order("settings->theme");
    // @ts-expect-error -- no such column
    orders.order("nope");
    // @ts-expect-error -- no such column
    orders.order("buyer(nope)");
    // @ts-expect-error -- no such column of that relation
    orders.order("amount", { referencedTable: "order_items" });
    orders.order("amount", { referencedTable: text });
  });
});

describe("not(column, 'is', null)", () => {
  test("takes the null away", async () => {
    const query = shop
      .from("customers")
      .select("email, full_name")
      .not("full_name", "is", null)
      .eq("email", "x");
    expectTypeOf<QueryData<typeof query>>().toEqualTypeOf<{ email: string; full_name: string }[]>();
    const other = shop.from("customers").select("email, full_name").not("full_name", "eq", "x");
    expectTypeOf<QueryData<typeof other>>().toEqualTypeOf<{ email: string; full_name: string | null }[]>();
  });

  test("of several columns", async () => {
    const query = shop
      .from("customers")
      .select("full_name, tags, initials")
      .not("full_name", "is", null)
      .not("tags", "is", null)
      .not("initials", "is", null);
    expectTypeOf<QueryData<typeof query>>().toEqualTypeOf<
      { full_name: string; tags: string[]; initials: string }[]
    >();
    const { data } = await query.single();
    expectTypeOf(data).toEqualTypeOf<{ full_name: string; tags: string[]; initials: string } | null>();
  });

  test("of an embed", () => {
    const query = shop.from("orders").select("id, approved_by(email)").not("approved_by", "is", null);
    expectTypeOf<QueryData<typeof query>>().toEqualTypeOf<{ id: number; approved_by: { email: string } }[]>();
  });
});
