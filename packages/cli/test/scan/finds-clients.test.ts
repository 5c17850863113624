import { describe, expect, it } from "vitest";

import { calls, scanned } from "./application.ts";

const IMPORT = `import { createClient } from "@supabase/supabase-js";`;

describe("where a client comes from", () => {
  it.each([
    ["an import", `${IMPORT} const db = createClient(u, k); db.from("a").select();`],
    [
      "a renamed import",
      `import { createClient as make } from "@supabase/supabase-js"; make(u, k).from("a").select();`,
    ],
    [
      "a namespace",
      `import * as sb from "@supabase/supabase-js"; const db = sb.createClient(u, k); db.from("a").select();`,
    ],
    [
      "require",
      `const { createClient } = require("@supabase/supabase-js"); const db = createClient(u, k); db.from("a").select();`,
    ],
    [
      "require of a member",
      `const db = require("@supabase/supabase-js").createClient(u, k); db.from("a").select();`,
    ],
    [
      "a dynamic import",
      `const { createClient } = await import("@supabase/supabase-js"); const db = createClient(u, k); db.from("a").select();`,
    ],
    [
      "import equals",
      `import sb = require("@supabase/supabase-js"); const db = sb.createClient(u, k); db.from("a").select();`,
    ],
    [
      "Deno",
      `import { createClient } from "npm:@supabase/supabase-js@2"; const db = createClient(u, k); db.from("a").select();`,
    ],
    [
      "esm.sh",
      `import { createClient } from "https://esm.sh/@supabase/supabase-js@2.39.0"; const db = createClient(u, k); db.from("a").select();`,
    ],
    [
      "a later assignment",
      `${IMPORT} let db; function open() { db = createClient(u, k); } db.from("a").select();`,
    ],
    ["a fallback", `${IMPORT} const db = globalThis.kept ?? createClient(u, k); db.from("a").select();`],
    ["a function", `${IMPORT} const db = () => createClient(u, k); db().from("a").select();`],
    [
      "an async function",
      `${IMPORT} async function db() { const c = createClient(u, k); return c; } (await db()).from("a").select();`,
    ],
    [
      "a typed parameter",
      `import type { SupabaseClient } from "@supabase/supabase-js"; function f(db: SupabaseClient<D> | null) { db!.from("a").select(); }`,
    ],
    [
      "an inline type",
      `function f(db: import("@supabase/supabase-js").SupabaseClient) { db.from("a").select(); }`,
    ],
    ["ReturnType", `${IMPORT} function f(db: ReturnType<typeof createClient>) { db.from("a").select(); }`],
    ["a parameter by its call", `${IMPORT} const f = (db) => db.from("a").select(); f(createClient(u, k));`],
    [
      "a parameter by a call of a call",
      `${IMPORT} const f = (db) => db.from("a").select(); const g = ({ c }) => f(c); g({ c: createClient(u, k) });`,
    ],
    [
      "a parameter property",
      `import { SupabaseClient } from "@supabase/supabase-js"; class R { constructor(private readonly db: SupabaseClient) {} m() { return this.db.from("a").select(); } }`,
    ],
    [
      "a class field",
      `${IMPORT} class R { #db = createClient(u, k); m() { return this.#db.from("a").select(); } }`,
    ],
    [
      "an assigned field",
      `${IMPORT} class R { constructor() { this.db = createClient(u, k); } m() { this.db.from("a").select(); } }`,
    ],
    [
      "an inherited field",
      `${IMPORT} class B { db = createClient(u, k); } class R extends B { m() { this.db.from("a").select(); } }`,
    ],
    [
      "a getter",
      `${IMPORT} class R { get db() { return createClient(u, k); } m() { this.db.from("a").select(); } }`,
    ],
    ["an instance", `${IMPORT} class R { db = createClient(u, k); } new R().db.from("a").select();`],
    [
      "a constructor by its call",
      `${IMPORT} class R { constructor(db) { this.db = db; } m() { this.db.from("a").select(); } } new R(createClient(u, k));`,
    ],
    [
      "an object",
      `${IMPORT} const ctx = { deep: { db: createClient(u, k) } }; ctx.deep.db.from("a").select();`,
    ],
    [
      "a destructured object",
      `${IMPORT} const ctx = { db: createClient(u, k) }; const { db: mine } = ctx; mine.from("a").select();`,
    ],
    [
      "an interface",
      `import type { SupabaseClient } from "@supabase/supabase-js"; interface Ctx { db: SupabaseClient } function f({ db }: Ctx) { db.from("a").select(); }`,
    ],
    ["useState", `${IMPORT} const [db] = useState(() => createClient(u, k)); db.from("a").select();`],
    ["useMemo", `${IMPORT} const db = React.useMemo(() => createClient(u, k), []); db.from("a").select();`],
    ["useRef", `${IMPORT} const db = useRef(createClient(u, k)); db.current.from("a").select();`],
    [
      "a context",
      `import type { SupabaseClient } from "@supabase/supabase-js"; const C = createContext<SupabaseClient | null>(null); const db = useContext(C); db.from("a").select();`,
    ],
    [
      "as",
      `import type { SupabaseClient } from "@supabase/supabase-js"; const db = thing as unknown as SupabaseClient; db.from("a").select();`,
    ],
    [
      "a hook that is not defined here",
      `const db = useSupabaseClient(); db.from("a").select(); import "@supabase/supabase-js";`,
    ],
    ["a name", `import "@supabase/supabase-js"; export const h = (req) => req.supabase.from("a").select();`],
    [
      "this and a name",
      `import "@supabase/supabase-js"; export default { methods: { m() { return this.$supabase.from("a").select(); } } };`,
    ],
    [
      "a transaction",
      `import { createClient } from "@offramp/supabase-shim"; const db = createClient(u, k); await db.transaction(async (tx) => { await tx.from("a").select(); });`,
    ],
  ])("%s", async (_name, text) => {
    const found = await calls(text);
    expect(found.filter((use) => !use.includes("transaction()"))).toEqual(['1 from("a").select() supported']);
  });

  it("follows clients and names through the files of an application", async () => {
    const uses = await scanned({
      "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`,
      "src/lib/client.ts": `${IMPORT}\nexport const db = createClient(u, k);\nexport default function open() { return db; }`,
      "src/lib/index.ts": `export * from "./client.js";\nexport { default as openAgain } from "./client";\nexport const TABLES = { people: "profiles" } as const;`,
      "src/a.ts": `import { db, TABLES } from "@/lib";\ndb.from(TABLES.people).select();`,
      "src/b.jsx": `import open from "./lib/client";\nimport { load } from "./c";\nload(open());`,
      "src/c.ts": `export async function load(handle) {\n  return handle.from("visits").select();\n}`,
      "src/d.tsx": `import { db } from "./lib";\nimport { View } from "./e";\nexport const Page = () => <View handle={db} />;`,
      "src/e.tsx": `export function View({ handle }) {\n  handle.from("notes").select();\n  return null;\n}`,
      "src/f.cjs": `const { openAgain } = require("./lib");\nopenAgain().from("a").select();`,
    });
    expect(uses.filter((use) => use.includes("from("))).toEqual([
      'src/a.ts:2 from("profiles").select() supported',
      'src/c.ts:2 from("visits").select() supported',
      'src/e.tsx:2 from("notes").select() supported',
      'src/f.cjs:2 from("a").select() supported',
    ]);
  });

  it("reads the scripts of Vue and Svelte files at their own lines", async () => {
    const script = `<script setup lang="ts">\n${IMPORT}\nconst db = createClient(u, k)\ndb.from("a").select()\n</script>\n`;
    const uses = await scanned({
      "A.vue": `<template>\n  <p>{{ x }}</p>\n</template>\n${script}`,
      "B.svelte": script,
    });
    expect(uses.filter((use) => use.includes("from("))).toEqual([
      'A.vue:7 from("a").select() supported',
      'B.svelte:4 from("a").select() supported',
    ]);
  });

  it("does not take other libraries for supabase-js", async () => {
    expect(
      await calls(
        `${IMPORT} Array.from("abc").map(f); Buffer.from("x"); knexfile.select(); query.eq("a", 1); storage.from("x"); supabaseUrl.replace("a", "b");`,
      ),
    ).toEqual([]);
  });

  it("says where a client was lost sight of", async () => {
    expect(await calls(`${IMPORT} export const f = (handle) => handle.from("a").select("id");`)).toEqual([
      "1 from().… dynamic origin/unknown",
    ]);
  });
});
