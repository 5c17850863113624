import { describe, expectTypeOf, test } from "vitest";

import type { SupabaseClient } from "../../src/index.ts";
import type { Shop } from "./shop.ts";

declare const shop: SupabaseClient<Shop>;

describe("what can be written", () => {
  test("a row, or a list of rows, of the table's own insert type", () => {
    shop.from("customers").insert({ email: "x" });
    shop.from("customers").insert([{ email: "x" }, { email: "y", full_name: null }]);
    shop.from("customers").upsert({ email: "x" }, { onConflict: "email", ignoreDuplicates: true });
    shop.from("customers").upsert([{ email: "x" }], { onConflict: "email,status" });
    shop.from("customers").update({ full_name: "x", status: "blocked" }, { count: "exact" });
    const many: readonly Shop["public"]["Tables"]["customers"]["Insert"][] = [];
    shop.from("customers").insert(many);
    // @ts-expect-error -- email is needed
    shop.from("customers").insert({ full_name: "x" });
    // @ts-expect-error -- a number is no email
    shop.from("customers").insert([{ email: 1 }]);
    // @ts-expect-error -- no such status
    shop.from("customers").update({ status: "asleep" });
  });

  test("no key that the table does not have, in a literal or in a variable", () => {
    const surplus = { email: "x", nope: 1 };
    // @ts-expect-error -- no such column
    shop.from("customers").insert({ email: "x", nope: 1 });
    // @ts-expect-error -- no such column
    shop.from("customers").insert(surplus);
    // @ts-expect-error -- no such column
    shop.from("customers").upsert([surplus]);
    // @ts-expect-error -- no such column
    shop.from("customers").update(surplus);
  });

  test("nothing to a view that is only read", () => {
    // @ts-expect-error -- the view cannot be written
    shop.from("order_totals").insert({ total: 1 });
    // @ts-expect-error -- the view cannot be written
    shop.from("order_totals").update({ total: 1 });
  });

  test("a list of rows with the columns that find each of them", () => {
    shop.from("orders").update([{ id: 1, amount: 2 }], { by: "id" });
    shop.from("order_items").update([{ order_id: 1, product_id: 1, quantity: 2 }], {
      by: ["order_id", "product_id"],
    });
    // @ts-expect-error -- no such column
    shop.from("orders").update([{ id: 1, amount: 2 }], { by: "nope" });
    // @ts-expect-error -- no such column
    shop.from("orders").update([{ id: 1, nope: 2 }], { by: "id" });
    // @ts-expect-error -- a list needs to be told how to find the rows
    shop.from("orders").update([{ id: 1, amount: 2 }]);
  });
});

describe("what a mutation gives", () => {
  test("nothing, until it is asked for", async () => {
    expectTypeOf((await shop.from("orders").insert({ customer_id: "x", amount: 1 })).data).toBeNull();
    expectTypeOf((await shop.from("orders").update({ amount: 1 }).eq("id", 1)).data).toBeNull();
    expectTypeOf((await shop.from("orders").delete().eq("id", 1)).data).toBeNull();
    const { data } = await shop.from("orders").delete().eq("id", 1).select("id, customer_id(email)");
    expectTypeOf(data).toEqualTypeOf<{ id: number; customer_id: { email: string } }[] | null>();
    const one = await shop.from("orders").insert({ customer_id: "x", amount: 1 }).select().single();
    expectTypeOf(one.data).toEqualTypeOf<Shop["public"]["Tables"]["orders"]["Row"] | null>();
  });

  test("maxAffected limits what changes", () => {
    expectTypeOf(shop.from("orders").delete().maxAffected(1).eq("id", 1)).toHaveProperty("select");
    expectTypeOf(shop.from("orders").update({ amount: 1 }).maxAffected(1)).toHaveProperty("eq");
    expectTypeOf(shop.from("orders").select().maxAffected(1)).not.toHaveProperty("eq");
  });
});
