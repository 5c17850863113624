import { describe, expectTypeOf, test } from "vitest";

import {
  type AuthError,
  type AuthResponse,
  type AuthUser,
  createClient,
  type PostgrestFilterBuilder,
  type QueryData,
  type RealtimePostgresChangesPayload,
  type Session,
  type SupabaseClient,
  type SupabaseClientOptions,
  type User,
  type UserResponse,
} from "../../src/index.ts";
import type {
  AuthError as TheirAuthError,
  AuthResponse as TheirAuthResponse,
  RealtimePostgresChangesPayload as TheirPayload,
  Session as TheirSession,
  SupabaseClientOptions as TheirOptions,
  User as TheirUser,
  UserResponse as TheirUserResponse,
} from "@supabase/supabase-js";
import type { Shop } from "./shop.ts";

declare const shop: SupabaseClient<Shop>;

type Invoice = Shop["billing"]["Tables"]["invoices"]["Row"];

describe("createClient", () => {
  test("takes every option of supabase-js's", () => {
    expectTypeOf<TheirOptions<"public">>().toExtend<SupabaseClientOptions>();
    expectTypeOf<keyof TheirOptions<"public">>().toExtend<keyof SupabaseClientOptions>();
    expectTypeOf<keyof NonNullable<TheirOptions<"public">["db"]>>().toExtend<
      keyof NonNullable<SupabaseClientOptions["db"]>
    >();
    expectTypeOf<keyof NonNullable<TheirOptions<"public">["global"]>>().toExtend<
      keyof NonNullable<SupabaseClientOptions["global"]>
    >();
  });

  test("takes a Database, and a schema by its name", () => {
    const make = () => createClient<Shop>("postgres://localhost/shop", "key");
    expectTypeOf<ReturnType<typeof make>>().toEqualTypeOf<SupabaseClient<Shop>>();
    const billing = () =>
      createClient<Shop, "billing">("postgres://localhost/shop", "key", { db: { schema: "billing" } });
    const invoices = () => billing().from("invoices").select();
    expectTypeOf<QueryData<ReturnType<typeof invoices>>>().toEqualTypeOf<Invoice[]>();
    const versioned = () =>
      createClient<Shop, { PostgrestVersion: "13" }>("postgres://localhost/shop", "key");
    expectTypeOf<ReturnType<typeof versioned>>().toHaveProperty("from");
    // @ts-expect-error -- no such schema
    const wrong = () => createClient<Shop, "nope">("postgres://localhost/shop", "key");
    expectTypeOf(wrong).toBeFunction();
    expectTypeOf<SupabaseClientOptions<"billing">["db"]>().toExtend<{ schema?: "billing" } | undefined>();
  });

  test("without one, nothing is known", () => {
    const make = () => createClient("postgres://localhost/shop", "key", { db: { schema: "api" } });
    expectTypeOf<ReturnType<typeof make>>().toHaveProperty("from");
  });
});

describe("a client", () => {
  test("knows its relations", () => {
    shop.from("orders");
    shop.from("order_totals");
    // @ts-expect-error -- no such relation
    shop.from("nope");
  });

  test("reaches other schemas", () => {
    const query = shop.schema("billing").from("invoices").select("paid");
    expectTypeOf<QueryData<typeof query>>().toEqualTypeOf<{ paid: boolean }[]>();
    // @ts-expect-error -- no such schema
    shop.schema("nope");
    // @ts-expect-error -- a key of the Database that is no schema
    shop.schema("__InternalSupabase");
  });

  test("keeps its types in a transaction and with claims", async () => {
    const total = await shop.transaction(async (tx) => {
      const { data } = await tx.from("orders").select("amount").statementTimeout(1000).throwOnError();
      return data.reduce((sum, { amount }) => sum + amount, 0);
    });
    expectTypeOf(total).toEqualTypeOf<number>();
    expectTypeOf(shop.withClaims({ role: "authenticated" })).toEqualTypeOf<SupabaseClient<Shop>>();
  });

  test("passes as an untyped one, and the other way round", () => {
    expectTypeOf(shop).toExtend<SupabaseClient>();
    // oxlint-disable-next-line typescript/no-explicit-any -- what applications write
    expectTypeOf(shop).toExtend<SupabaseClient<any, "public", any>>();
    expectTypeOf<SupabaseClient>().toExtend<SupabaseClient<Shop>>();
  });

  test("is a parameter of an application's own functions", () => {
    function active<Query extends PostgrestFilterBuilder>(query: Query): Query {
      return query.eq("status", "active");
    }
    const query = active(shop.from("customers").select("email"));
    expectTypeOf<QueryData<typeof query>>().toEqualTypeOf<{ email: string }[]>();
  });

  test("steps in a variable", () => {
    let query = shop.from("orders").select("id", { count: "exact" });
    query = query.eq("amount", 1);
    query = query.order("id").range(0, 9);
    expectTypeOf(query).toHaveProperty("then");
  });
});

describe("names of supabase's auth and realtime", () => {
  test("have the same fields as there", () => {
    expectTypeOf<TheirUser>().toExtend<User>();
    expectTypeOf<TheirSession>().toExtend<Session>();
    expectTypeOf<TheirAuthError>().toExtend<AuthError>();
    expectTypeOf<User>().toExtend<TheirUser>();
    expectTypeOf<Session>().toExtend<TheirSession>();
    expectTypeOf<AuthUser>().toEqualTypeOf<User>();
    expectTypeOf<TheirUserResponse>().toExtend<UserResponse>();
    expectTypeOf<TheirAuthResponse>().toExtend<AuthResponse>();
    expectTypeOf<TheirPayload<{ id: string }>>().toExtend<RealtimePostgresChangesPayload<{ id: string }>>();
  });
});
