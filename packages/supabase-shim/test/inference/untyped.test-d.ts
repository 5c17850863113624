import type { SupabaseClient as TheirClient } from "@supabase/supabase-js";
import { describe, expectTypeOf, test } from "vitest";

import type { QueryData, SupabaseClient } from "../../src/index.ts";

declare const ours: SupabaseClient;
declare const theirs: TheirClient;

describe("without a Database, the names come from the select string", () => {
  test("columns, aliases, casts and embeds", () => {
    const text =
      'id, name:full_name, age::text, "two words", data->>key, posts(id, count, comments(text)), n:count()';
    const query = ours.from("users").select(text);
    // oxlint-disable-next-line typescript/no-explicit-any -- what nothing is known of
    type Anything = any;
    expectTypeOf<QueryData<typeof query>>().toEqualTypeOf<
      {
        id: Anything;
        name: Anything;
        age: string;
        "two words": Anything;
        key: string | null;
        posts: { id: Anything; count: number; comments: { text: Anything }[] }[];
        n: number;
      }[]
    >();
  });

  test("as supabase-js has it", async () => {
    expectTypeOf((await ours.from("users").select()).data).toEqualTypeOf(
      (await theirs.from("users").select()).data,
    );
    expectTypeOf((await ours.from("users").select("id, posts(*)")).data).toEqualTypeOf(
      (await theirs.from("users").select("id, posts(*)")).data,
    );
    expectTypeOf((await ours.from("users").select("id, a:b, ...owner(name)").single()).data).toEqualTypeOf(
      (await theirs.from("users").select("id, a:b, ...owner(name)").single()).data,
    );
    expectTypeOf((await ours.rpc("f", { a: 1 })).data).toEqualTypeOf((await theirs.rpc("f", { a: 1 })).data);
  });

  test("a mistake in the text still does not compile", () => {
    // @ts-expect-error -- a parenthesis is not closed
    ours.from("users").select("id, posts(id");
  });

  test("anything can be named and written", () => {
    ours.from("users").insert({ a: 1 }).select("a");
    ours.from("users").update([{ a: 1 }], { by: "a" });
    ours.from("users").select("id").eq("b", 1).order("c").match({ d: 1 }).not("e", "is", null);
  });
});
