import type { PostgrestClient as TheirClient } from "@supabase/postgrest-js";
import { describe, expectTypeOf, test } from "vitest";

import type {
  PostgrestError,
  PostgrestMaybeSingleResponse,
  PostgrestResponse,
  PostgrestSingleResponse,
  SupabaseClient,
} from "../../src/client/index.ts";

declare const ours: SupabaseClient;
/** Supabase's client as applications without generated types have it. */
declare const theirs: TheirClient;

interface Profile {
  id: string;
  email: string;
}

describe("without a Database type, results are typed as supabase's are", () => {
  test("a list of rows", async () => {
    const response = await ours.from("profiles").select("*");
    expectTypeOf(response.data).toEqualTypeOf((await theirs.from("profiles").select("*")).data);
    // oxlint-disable-next-line typescript/no-explicit-any
    expectTypeOf(response.data).toEqualTypeOf<any[] | null>();
    expectTypeOf(response.count).toEqualTypeOf<number | null>();
    expectTypeOf(response.success).toEqualTypeOf<boolean>();
  });

  test("one row", async () => {
    const one = await ours.from("profiles").select("*").single();
    expectTypeOf(one.data).toEqualTypeOf((await theirs.from("profiles").select("*").single()).data);
    expectTypeOf(one.data).toBeAny();
    expectTypeOf((await ours.from("profiles").select("*").maybeSingle()).data).toBeAny();
  });

  test("a mutation brings nothing back unless it is selected", async () => {
    const inserted = await ours.from("profiles").insert({ email: "x" });
    expectTypeOf(inserted.data).toEqualTypeOf((await theirs.from("profiles").insert({})).data);
    expectTypeOf(inserted.data).toBeNull();
    expectTypeOf((await ours.from("profiles").delete().eq("id", 1)).data).toBeNull();
    const selected = await ours.from("profiles").update({}).eq("id", 1).select();
    // oxlint-disable-next-line typescript/no-explicit-any
    expectTypeOf(selected.data).toEqualTypeOf<any[] | null>();
  });

  test("a function's result", async () => {
    expectTypeOf((await ours.rpc("f", { a: 1 })).data).toBeAny();
    expectTypeOf((await ours.rpc("f").select("id").eq("id", 1)).data).toEqualTypeOf(
      (await theirs.rpc("f").select("id").eq("id", 1)).data,
    );
    expectTypeOf((await ours.rpc("f").single()).data).toBeAny();
  });

  test("texts", async () => {
    const query = ours.from("profiles").select();
    expectTypeOf((await query.csv()).data).toEqualTypeOf<string | null>();
    expectTypeOf((await query.explain()).data).toEqualTypeOf<string | null>();
    expectTypeOf((await query.explain({ format: "json" })).data).toEqualTypeOf<
      Record<string, unknown>[] | null
    >();
  });
});

describe("what narrows a result", () => {
  test("throwOnError() leaves no error and no missing data", async () => {
    const response = await ours.from("profiles").select("*").throwOnError();
    expectTypeOf(response.error).toBeNull();
    // oxlint-disable-next-line typescript/no-explicit-any
    expectTypeOf(response.data).toEqualTypeOf<any[]>();
    const inTheMiddle = await ours.from("profiles").select().throwOnError().eq("id", 1).limit(1);
    expectTypeOf(inTheMiddle.error).toBeNull();
    const one = await ours.from("profiles").select().single().throwOnError();
    expectTypeOf(one.error).toBeNull();
  });

  test("error, data and success tell each other apart", async () => {
    const response = await ours.from("profiles").select("*").returns<Profile[]>();
    if (response.error) {
      expectTypeOf(response.data).toBeNull();
      expectTypeOf(response.error).toEqualTypeOf<PostgrestError>();
      return;
    }
    expectTypeOf(response.data).toEqualTypeOf<Profile[]>();
    expectTypeOf(response.success).toEqualTypeOf<true>();
  });

  test("overrideTypes() keeps a row that may be missing", async () => {
    const list = await ours.from("profiles").select().overrideTypes<Profile[], { merge: false }>();
    expectTypeOf(list).toEqualTypeOf<PostgrestResponse<Profile>>();
    const one = await ours.from("profiles").select().single().overrideTypes<Profile>();
    expectTypeOf(one).toEqualTypeOf<PostgrestSingleResponse<Profile>>();
    const maybe = await ours.from("profiles").select().maybeSingle<Profile>().overrideTypes<Profile>();
    expectTypeOf(maybe).toEqualTypeOf<PostgrestMaybeSingleResponse<Profile>>();
  });

  test("single and maybeSingle take the row's type", async () => {
    expectTypeOf(
      (await ours.from("profiles").select().single<Profile>()).data,
    ).toEqualTypeOf<Profile | null>();
  });
});

describe("code that is written for supabase compiles", () => {
  test("steps in any order, kept in variables", () => {
    let query = ours.from("profiles").select("id, email", { count: "exact" });
    query = query.eq("email", "x").order("id", { ascending: false }).range(0, 9);
    query = query.or("a.eq.1,b.eq.2", { foreignTable: "reports" }).select("id");
    const handle = query
      .throwOnError()
      .in("id", ["a"] as const)
      .limit(1);
    expectTypeOf(handle).toHaveProperty("then");
  });

  test("values and columns from outside, whose types are open", () => {
    const filters: Record<string, unknown> = { status: "active" };
    const payload: Record<string, unknown>[] = [filters];
    const count: string = "exact";
    const query = ours.from("profiles").select("*", { count, head: true }).match(filters);
    for (const [column, value] of Object.entries(filters)) query.eq(column, value);
    expectTypeOf(ours.from("profiles").upsert(payload, { onConflict: "id" })).toHaveProperty("select");
  });

  test("what is not part of Offramp has no types, but is there", () => {
    expectTypeOf(ours.auth).toBeAny();
    expectTypeOf(ours.storage.from("avatars")).toBeAny();
    expectTypeOf(ours.channel("room")).toBeAny();
  });
});
