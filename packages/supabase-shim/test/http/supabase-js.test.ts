import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createHandler, toNodeListener } from "@offramp/supabase-shim/http";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Door, openDoor, SECRET, tokenOf } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;
let server: Server;
let supabase: ReturnType<typeof clientOf>;

beforeAll(async () => {
  door = await openDoor(WORKSHOP);
  const handler = createHandler(door.db, {
    schemas: ["app", "public"],
    basePath: "/rest/v1",
    jwt: { secret: SECRET },
  });
  server = createServer(toNodeListener(handler));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  supabase = clientOf(`http://127.0.0.1:${port}`);
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await door.close();
});

/** An untyped client of supabase-js, as an application has it. */
function clientOf(url: string) {
  return createClient(url, tokenOf({ role: "door_anon" }), {
    db: { schema: "app" },
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

test("supabase-js reads and writes through the door", async () => {
  const read = await supabase
    .from("bikes")
    .select("id, brand:brands!inner(name)", { count: "exact" })
    .eq("brand.name", "Koga")
    .order("id", { ascending: false })
    .range(0, 0);
  expect(read).toMatchObject({
    error: null,
    status: 206,
    count: 2,
    data: [{ id: 2, brand: { name: "Koga" } }],
  });
  const added = await supabase.from("counters").insert({ label: "new" }).select("hits").single();
  expect(added).toMatchObject({ error: null, status: 201, data: { hits: 7 } });
  const called = await supabase.rpc("add", { a: 1, b: 2 });
  expect(called).toMatchObject({ error: null, data: 3 });
  const got = await supabase.rpc("greet", { name: "you & me" }, { get: true });
  expect(got).toMatchObject({ error: null, data: "Hello, you & me" });
  const head = await supabase.from("brands").select("*", { head: true, count: "exact" });
  expect(head).toMatchObject({ error: null, data: null, count: 3 });
  const csv = await supabase.from("brands").select("name").order("id").csv();
  expect(csv.data).toBe("name\nKoga\nGazelle\nBatavus");
});

test("supabase-js is told what is wrong", async () => {
  const none = await supabase.from("brands").select().eq("id", 99).single();
  expect(none).toMatchObject({ status: 406, error: { code: "PGRST116" }, data: null });
  expect(await supabase.from("brands").select().eq("id", 99).maybeSingle()).toMatchObject({
    error: null,
    data: null,
  });
  const twice = await supabase.from("brands").insert({ id: 1, name: "again" });
  expect(twice).toMatchObject({ status: 409, error: { code: "23505" } });
  const schema = await supabase.schema("nowhere").from("brands").select();
  expect(schema).toMatchObject({ status: 406, error: { code: "PGRST106" } });
});
