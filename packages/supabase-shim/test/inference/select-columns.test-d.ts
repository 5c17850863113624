import { describe, expectTypeOf, test } from "vitest";

import type { QueryData, SupabaseClient } from "../../src/index.ts";
import type { Json, Shop } from "./shop.ts";

declare const shop: SupabaseClient<Shop>;
declare const text: string;
declare const idOrEmail: "id" | "email";

/** The row of a query for a list. */
type RowOf<Query> = QueryData<Query> extends (infer Row)[] ? Row : never;

describe("plain columns", () => {
  test("named, aliased, in any layout", () => {
    const plain = shop.from("customers").select("id, email");
    expectTypeOf<RowOf<typeof plain>>().toEqualTypeOf<{ id: string; email: string }>();
    const alias = shop.from("customers").select("mail:email,full_name");
    expectTypeOf<RowOf<typeof alias>>().toEqualTypeOf<{ mail: string; full_name: string | null }>();
    const lines = shop.from("customers").select(`
      id,
        mail : email
    `);
    expectTypeOf<RowOf<typeof lines>>().toEqualTypeOf<{ id: string; mail: string }>();
  });

  test("names that need quotes, or hold a dash", () => {
    const query = shop.from("products").select('stock-level, "Shelf, Row", shelf:"Shelf, Row"');
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      "stock-level": number;
      "Shelf, Row": string | null;
      shelf: string | null;
    }>();
  });

  test("all columns but the computed ones, which can be named", () => {
    const all = shop.from("customers").select();
    expectTypeOf<RowOf<typeof all>>().toEqualTypeOf<
      Omit<Shop["public"]["Tables"]["customers"]["Row"], "initials">
    >();
    const star = shop.from("order_items").select("*, product_id");
    expectTypeOf<RowOf<typeof star>>().toEqualTypeOf<Shop["public"]["Tables"]["order_items"]["Row"]>();
    const computed = shop.from("customers").select("id, initials");
    expectTypeOf<RowOf<typeof computed>>().toEqualTypeOf<{ id: string; initials: string | null }>();
  });

  test("a list of items", () => {
    const query = shop.from("orders").select(["id", "sum:amount", "customer_id(email)"]);
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      id: number;
      sum: number;
      customer_id: { email: string };
    }>();
    // @ts-expect-error -- 'nope' is no column.
    shop.from("orders").select(["id", "nope"]);
  });

  test("a text that is only known at run time", () => {
    const query = shop.from("customers").select(text).returns<{ id: string }[]>();
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ id: string }>();
    shop.from("customers").select(`id, ${text}`);
    shop.from("customers").select([text, "id"]);
    const either = shop.from("customers").select(idOrEmail);
    expectTypeOf<RowOf<typeof either>>().toEqualTypeOf<{ id: string } | { email: string }>();
  });
});

describe("casts", () => {
  test("to types by either name; a null stays null", () => {
    const query = shop
      .from("orders")
      .select("id::text, amount::bigint, small:amount::int2, list:note::_text, note::json, odd:id::hstore");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      id: string;
      amount: number;
      small: number;
      list: string[] | null;
      note: Json;
      odd: unknown;
    }>();
  });

  test("to an enum of the schema", () => {
    const query = shop.from("customers").select("email::customer_status");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ email: "active" | "blocked" }>();
  });
});

describe("paths into JSON", () => {
  test("of any JSON: the last key is the name, and what is missing is null", () => {
    const query = shop
      .from("customers")
      .select("settings->theme, settings->>lang, zone:settings->zones->0, settings->>age::int");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      theme: Json;
      lang: string | null;
      zone: Json;
      age: number | null;
    }>();
  });

  test("of a type that the application gives", () => {
    const query = shop
      .from("products")
      .select("details->maker->>name, details->>size, details->maker->founded, first:details->colours->>0");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      name: string | null;
      size: "s" | "m" | "l" | null;
      founded: number | null;
      first: string | null;
    }>();
  });

  test("of an array column", () => {
    const query = shop.from("customers").select("tags->0");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ tags: string | null }>();
  });
});

describe("aggregates", () => {
  test("where nothing groups, all but a count can be null", () => {
    const query = shop
      .from("orders")
      .select("count(), amount.sum(), least:amount.min(), note.max(), notes:note.count()");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      count: number;
      sum: number | null;
      least: number | null;
      max: string | null;
      notes: number;
    }>();
  });

  test("a count groups nothing, with or without parentheses", () => {
    const query = shop.from("orders").select("n:count, amount.sum()");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ n: number; sum: number | null }>();
  });

  test("in groups they are of the column's type", () => {
    const query = shop.from("orders").select("customer_id, amount.avg(), note.min(), id.max()::text");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      customer_id: string;
      avg: number;
      min: string | null;
      max: string;
    }>();
  });

  test("with a cast or a path before them, and inside embeds", () => {
    const query = shop
      .from("customers")
      .select("settings->year::int.max(), orders!customer_id(count), sums:orders!approved_by(amount.sum())");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      max: number | null;
      orders: { count: number }[];
      sums: { sum: number | null }[];
    }>();
  });
});

describe("a mistake does not compile, and the sentence says what is wrong", () => {
  test("in columns", () => {
    const query = shop
      .from("customers")
      // @ts-expect-error -- column 'nope' does not exist on 'customers'
      .select("id, nope");
    expectTypeOf<RowOf<typeof query>>().toExtend<"column 'nope' does not exist on 'customers'">();
    const median = shop
      .from("orders")
      // @ts-expect-error -- 'median' is no aggregate
      .select("amount.median()");
    expectTypeOf<
      RowOf<typeof median>
    >().toExtend<"'median' is no aggregate: there are count, sum, avg, min and max">();
    // @ts-expect-error -- a column is missing
    shop.from("orders").select("id,");
    // @ts-expect-error -- a parenthesis is not closed
    shop.from("orders").select("id, order_items(quantity");
    // @ts-expect-error -- a parenthesis is closed that was not opened
    shop.from("orders").select("id, order_items(quantity))");
    // @ts-expect-error -- a comma is missing
    shop.from("orders").select("order_items(quantity)id");
  });

  test("unless the row's type is given", () => {
    const query = shop.from("customers").select<string, { id: string }>("id, from_a_newer_schema");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ id: string }>();
  });
});
