import { describe, expectTypeOf, test } from "vitest";

import type {
  PostgrestError,
  PostgrestMaybeSingleResponse,
  PostgrestResponse,
  PostgrestSingleResponse,
  QueryData,
  QueryError,
  QueryResult,
  SupabaseClient,
} from "../../src/index.ts";
import type { Shop } from "./shop.ts";

declare const shop: SupabaseClient<Shop>;

interface Found {
  id: number;
  note: string | null;
}
const query = shop.from("orders").select("id, note").limit(3);

describe("one row, a list, or a text", () => {
  test("as responses of their own names", async () => {
    expectTypeOf(await query).toEqualTypeOf<PostgrestResponse<Found>>();
    expectTypeOf(await query.single()).toEqualTypeOf<PostgrestSingleResponse<Found>>();
    expectTypeOf(await query.maybeSingle()).toEqualTypeOf<PostgrestMaybeSingleResponse<Found>>();
    expectTypeOf((await query.csv()).data).toEqualTypeOf<string | null>();
    expectTypeOf((await query.explain({ format: "json" })).data).toEqualTypeOf<
      Record<string, unknown>[] | null
    >();
  });

  test("throwOnError leaves no null", async () => {
    expectTypeOf((await query.throwOnError()).data).toEqualTypeOf<Found[]>();
    expectTypeOf((await query.single().throwOnError()).data).toEqualTypeOf<Found>();
    expectTypeOf((await query.maybeSingle().throwOnError()).data).toEqualTypeOf<Found | null>();
    expectTypeOf((await shop.from("orders").select().throwOnError().eq("id", 1)).error).toBeNull();
  });

  test("stripNulls leaves keys out", async () => {
    const { data } = await shop
      .from("orders")
      .select("id, note, approved_by(full_name)")
      .stripNulls()
      .single();
    expectTypeOf(data).toEqualTypeOf<{
      id: number;
      note?: string;
      approved_by?: { full_name?: string };
    } | null>();
    const list = await shop.from("customers").select("email, settings").stripNulls().eq("email", "x");
    expectTypeOf(list.data).toExtend<{ email: string }[] | null>();
  });

  test("error and data tell each other apart", async () => {
    const { data, error } = await query.single();
    if (error) {
      expectTypeOf(error).toEqualTypeOf<PostgrestError>();
      expectTypeOf(data).toBeNull();
    } else {
      expectTypeOf(data).toEqualTypeOf<Found>();
    }
  });

  test("QueryData, QueryResult and QueryError", () => {
    expectTypeOf<QueryData<typeof query>>().toEqualTypeOf<Found[]>();
    expectTypeOf<QueryResult<typeof query>>().toEqualTypeOf<PostgrestResponse<Found>>();
    expectTypeOf<QueryError>().toEqualTypeOf<PostgrestError>();
    expectTypeOf<QueryData<Promise<{ data: 1 | null }>>>().toEqualTypeOf<1>();
    expectTypeOf<QueryResult<PromiseLike<string>>>().toEqualTypeOf<string>();
    const one = query.single();
    expectTypeOf<QueryData<typeof one>>().toEqualTypeOf<Found>();
  });
});

describe("overrideTypes", () => {
  test("merges into the row, deeply", async () => {
    const list = await query.overrideTypes<{ note: "a" | "b" }[]>();
    expectTypeOf(list.data).toEqualTypeOf<{ id: number; note: "a" | "b" }[] | null>();
    const deep = await shop
      .from("products")
      .select("id, details, order_items(quantity)")
      .single()
      .overrideTypes<{ details: { size: "xl" }; order_items: { quantity: 1 | 2 }[]; more: boolean }>();
    expectTypeOf(deep.data).toEqualTypeOf<{
      id: number;
      details: { size: "xl"; maker: { name: string; founded?: number }; colours: string[] };
      order_items: { quantity: 1 | 2 }[];
      more: boolean;
    } | null>();
  });

  test("replaces the row where it is told to", async () => {
    const list = await query.overrideTypes<{ other: string }[], { merge: false }>();
    expectTypeOf(list.data).toEqualTypeOf<{ other: string }[] | null>();
    const returned = await query.returns<{ other: string }[]>();
    expectTypeOf(returned.data).toEqualTypeOf<{ other: string }[] | null>();
  });

  test("a row that may be missing still may", async () => {
    const maybe = await query.maybeSingle().overrideTypes<{ id: 1 }>().throwOnError();
    expectTypeOf(maybe.data).toEqualTypeOf<{ id: 1; note: string | null } | null>();
  });

  test("a list is no row, and a row no list", async () => {
    const list = await query.overrideTypes<{ id: number }>();
    expectTypeOf<NonNullable<typeof list.data>>().toHaveProperty("Error");
    const one = await query.single().overrideTypes<{ id: number }[]>();
    expectTypeOf<NonNullable<typeof one.data>>().toHaveProperty("Error");
  });

  test("a select that could not be typed", async () => {
    const columns: string = "id";
    const { data } = await shop.from("orders").select(columns).overrideTypes<{ id: number }[]>();
    expectTypeOf(data).toEqualTypeOf<{ id: number }[] | null>();
  });
});
