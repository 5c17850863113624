import { readFileSync } from "node:fs";

import { PostgrestFilterBuilder, PostgrestQueryBuilder } from "@offramp/supabase-shim";
import { describe, expect, it } from "vitest";

import { UNUSED_OPTIONS } from "../../src/scan/client-issues.ts";
import { scanProject } from "../../src/scan/scan-project.ts";
import { application, calls, scanned } from "./application.ts";

const DB = `import { createClient } from "@supabase/supabase-js"; const db = createClient(u, k); `;

const verdicts = async (text: string): Promise<string[]> =>
  (await calls(DB + text)).map(
    (use) => /(?:supported|note|dynamic|notServed)(?: [a-z/]+)*$/.exec(use)?.[0] ?? use,
  );

describe("what becomes of a use", () => {
  it.each([
    // What the shim refuses when it builds the call.
    [`db.from("a").select("id, b(")`, "notServed query/syntax"],
    [`db.from("a").select().or("id.eq.1,name.bogus.x")`, "notServed query/syntax"],
    [`db.from("a").select().order("name..")`, "notServed query/syntax"],
    [`db.from("a").select().in("id", "7")`, "notServed query/value"],
    [`db.from("a").select().csv().stripNulls()`, "notServed query/value"],
    [`db.from("").select()`, "notServed query/value"],
    // What it does not have.
    [`db.from("a").select().ordered("x")`, "notServed query/method"],
    [`db.from("a").where("x")`, "notServed query/method"],
    // What is decided when it runs.
    [`db.from(table).select()`, "dynamic dynamic/name"],
    [`db.from("a").select(columns)`, "dynamic dynamic/name"],
    [`db.from("a").select().eq(column, 1)`, "dynamic dynamic/name"],
    [`db.from("a").select().order(column)`, "dynamic dynamic/name"],
    [`db.rpc(name, { a: 1 })`, "dynamic dynamic/name"],
    ["db.from(`a_${x}`).select()", "dynamic dynamic/text"],
    ["db.from('a').select().or(`id.eq.${x}`)", "dynamic dynamic/text"],
    [`db.from("a").select()[method]("x", 1)`, "dynamic dynamic/method"],
    [`db[method]("a")`, "dynamic dynamic/method"],
    // What works.
    [`db.from("a").select().eq("id", id).in("b", list).gte("c", new Date())`, "supported"],
    [`db.from("a").insert(rows).select("id").single()`, "supported"],
    [`db.from("a").upsert({ id, name }, { onConflict: "id" })`, "supported"],
    [`db.from("a").update(change).match(which)`, "supported"],
    [`db.from("a").select().range(from, to).limit(n).abortSignal(signal)`, "supported"],
    [`db.from("a").select("id", { count: "exact", head: true })`, "supported"],
    [`db.rpc("fn", args, { get: true }).select("id")`, "supported"],
    [`db.schema("billing").from("a").select()`, "supported"],
    ["const T = 'a'; const C = `id, ${T}(x)`; db.from(T).select(C + ', b')", "supported"],
    [`db.from("a").select()["eq"]("id", 1)`, "supported"],
    // Other services.
    [`db.auth.signInWithPassword({ email, password })`, "notServed auth"],
    [`db.auth.admin.listUsers()`, "notServed auth"],
    [`db.storage.from("files").upload("x", f)`, "notServed storage"],
    [`db.functions.invoke("hello")`, "notServed functions"],
    [`db.channel("room").on("broadcast", {}, f).subscribe()`, "notServed realtime"],
    [`db.removeAllChannels()`, "notServed realtime"],
    [`db.auth.getUser(token)`, "note auth/token"],
    [`const { auth } = db; auth.signOut()`, "notServed auth"],
    [`const bucket = db.storage; bucket.from("x").list()`, "notServed storage"],
    [`console.log(db.supabaseUrl)`, "notServed client/member"],
  ])("%s", async (text, verdict) => {
    expect(await verdicts(text)).toEqual([verdict]);
  });

  it("judges a call that is built in several statements where each step stands", async () => {
    const text = `${DB}\nlet query = db.from("a").select("id");\nif (x) query = query.eq("b", 1);\nif (y) query = query.sorted("c");\nconst { data } = await query.then((r) => r);`;
    expect(await calls(text)).toEqual([
      '2 from("a").select("id") supported',
      '3 eq("b"…) supported',
      '4 sorted("c") notServed query/method',
    ]);
  });

  it("knows each method that the shim's builders have, and no other", async () => {
    const methods = (of: { readonly prototype: object }): string[] => {
      const names = new Set<string>();
      for (let at: object = of.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object)
        for (const name of Object.getOwnPropertyNames(at)) names.add(name);
      return [...names].filter((name) => name !== "constructor");
    };
    const filters = methods(PostgrestFilterBuilder).filter((name) => name !== "then");
    const starts = methods(PostgrestQueryBuilder).filter((name) => name !== "headers");
    const uses = [
      ...starts.map((name) => `db.from("a").${name}(x);`),
      ...filters.map((name) => `db.from("a").select().${name}(x, y);`),
    ];
    const found = await verdicts(uses.join("\n"));
    expect(found).toHaveLength(uses.length);
    expect(found.filter((verdict) => verdict.includes("query/method"))).toEqual([]);
    expect(filters.length).toBeGreaterThan(40);
  });

  it("reports names that the shim does not export, other packages, mocks and unused options", async () => {
    expect(
      await scanned({
        "a.ts": `import { createClient, FunctionsHttpError, type User, type RealtimeChannel } from "@supabase/supabase-js";\ncreateClient(u, k, { auth: { persistSession: false }, db: { schema: "x" } });\n`,
        "b.ts": `import { createServerClient } from "@supabase/ssr";\nconst db = createServerClient(u, k, { cookies });\ndb.from("a").select();\n`,
        "c.test.ts": `vi.mock("@supabase/supabase-js");\n`,
      }),
    ).toEqual([
      "a.ts:1 import of @supabase/supabase-js notServed import/name",
      "a.ts:2 createClient() note client/target client/option",
      "b.ts:1 import of @supabase/ssr notServed import/package",
      "b.ts:2 createServerClient() notServed client/package",
      'b.ts:3 from("a").select() supported',
      "c.test.ts:1 mock of @supabase/supabase-js dynamic import/mock",
    ]);
  });

  it("says of each option that the shim takes without using it that it is not used", () => {
    const shim = readFileSync(
      new URL("../../../supabase-shim/src/create-client.ts", import.meta.url),
      "utf8",
    );
    const unused = shim.matchAll(/^ {2}\/\*\* Taken so that the call compiles[^\n]*\n {2}readonly (\w+)\?/gm);
    expect(Object.keys(UNUSED_OPTIONS).toSorted()).toEqual([...unused].map(([, name]) => name).toSorted());
  });

  it("never passes over a file that cannot be parsed", async () => {
    expect(await scanned({ "a.ts": "const x = ;\n", "b.ts": "" })).toEqual([
      "a.ts:1 file unread file/syntax",
    ]);
  });

  it("leaves out what git ignores, node_modules and dist", async () => {
    const bad = "const = ;";
    const folder = await application({
      ".gitignore": "generated/\n*.gen.ts\n!kept.gen.ts\n",
      "generated/a.ts": bad,
      "b.gen.ts": bad,
      "kept.gen.ts": "",
      "node_modules/x/a.ts": bad,
      "dist/a.js": bad,
      "sub/.gitignore": "c.ts\n",
      "sub/c.ts": bad,
      "sub/d.ts": "",
    });
    expect(await scanProject(folder)).toMatchObject({ files: 2, uses: [] });
  });
});
