import { describe, expectTypeOf, test } from "vitest";

import type { SupabaseClient } from "../../src/index.ts";
import type { Shop } from "./shop.ts";

declare const shop: SupabaseClient<Shop>;

type Order = Shop["public"]["Tables"]["orders"]["Row"];

describe("rpc", () => {
  test("values", async () => {
    expectTypeOf((await shop.rpc("add_numbers", { a: 1 })).data).toEqualTypeOf<number | null>();
    expectTypeOf((await shop.rpc("add_numbers", { a: 1, b: 2 }, { get: true })).data).toEqualTypeOf<
      number | null
    >();
    expectTypeOf((await shop.rpc("now_text")).data).toEqualTypeOf<string | null>();
    expectTypeOf((await shop.rpc("now_text", {})).data).toEqualTypeOf<string | null>();
  });

  test("arguments", () => {
    // @ts-expect-error -- no such function
    shop.rpc("nope");
    // @ts-expect-error -- a text is no number
    shop.rpc("add_numbers", { a: "1" });
    // @ts-expect-error -- no such argument
    shop.rpc("add_numbers", { a: 1, c: 1 });
    // @ts-expect-error -- a is needed
    shop.rpc("add_numbers", { b: 1 });
    // @ts-expect-error -- takes none
    shop.rpc("now_text", { a: 1 });
  });

  test("overloads, by their arguments", async () => {
    expectTypeOf((await shop.rpc("find_orders", { customer: "x" })).data).toEqualTypeOf<Order[] | null>();
    expectTypeOf((await shop.rpc("find_orders", { minimum: 1 })).data).toEqualTypeOf<number | null>();
  });

  test("an overload that takes more arguments than another", async () => {
    expectTypeOf((await shop.rpc("greet", { name: "x" })).data).toEqualTypeOf<string | null>();
    expectTypeOf((await shop.rpc("greet", { name: "x", times: 2 })).data).toEqualTypeOf<string[] | null>();
  });

  test("rows can be filtered, ordered, embedded in and selected from", async () => {
    const query = shop
      .rpc("find_orders", { customer: "x" })
      .eq("amount", 1)
      .order("amount")
      .select("id, order_items(quantity)");
    expectTypeOf((await query).data).toEqualTypeOf<
      { id: number; order_items: { quantity: number }[] }[] | null
    >();
    expectTypeOf((await query.single()).data).toEqualTypeOf<{
      id: number;
      order_items: { quantity: number }[];
    } | null>();
    // @ts-expect-error -- no such column
    shop.rpc("find_orders", { customer: "x" }).eq("nope", 1);
  });

  test("rows of no relation", async () => {
    const { data } = await shop.rpc("statistics", { year: 2026 }).select("month, total:sum").gt("month", 3);
    expectTypeOf(data).toEqualTypeOf<{ month: number; total: number }[] | null>();
    // @ts-expect-error -- no such column
    shop.rpc("statistics", { year: 2026 }).select("nope");
  });
});
