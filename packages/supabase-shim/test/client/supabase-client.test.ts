import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import type { Call } from "../../src/client/engine.ts";
import { PostgrestClient, SharedHeaders, SupabaseClient } from "../../src/client/index.ts";
import { success } from "./recording-run.ts";

function supabaseClient(): { client: SupabaseClient; calls: Call[] } {
  const calls: Call[] = [];
  const client = new SupabaseClient({
    run: (call) => {
      calls.push(call);
      return Promise.resolve(success([]));
    },
    schema: "clinic",
    headers: SharedHeaders.of({ "X-App": "clinic" }),
  });
  return { client, calls };
}

test("from, schema and rpc make calls with the client's schema and headers", async () => {
  const { client, calls } = supabaseClient();
  await client.from("profiles").select("id");
  await client.schema("billing").from("invoices").select();
  await client.rpc("f", { a: 1 }, { get: true });
  await client.rpc("f");
  expect(client.schema("billing")).toBeInstanceOf(PostgrestClient);
  expect(calls.map(({ headers }) => headers)).toEqual(calls.map(() => ({ "x-app": "clinic" })));
  expect(calls.map(({ request }) => request.ok && request.value)).toMatchObject([
    { schema: "clinic", action: { kind: "read", relation: "profiles" } },
    { schema: "billing", action: { kind: "read", relation: "invoices" } },
    { schema: "clinic", action: { kind: "call", routine: "f", method: "get" } },
    { schema: "clinic", action: { kind: "call", routine: "f", method: "post" } },
  ]);
});

describe("members that are not queries", () => {
  test.each<[string, (client: SupabaseClient) => unknown]>([
    ["auth.getUser", (client) => client.auth.getUser("token")],
    ["auth.admin.createUser", (client) => client.auth.admin.createUser({})],
    ["storage.from", (client) => client.storage.from("avatars")],
    ["functions.invoke", (client) => client.functions.invoke("f")],
    ["realtime.connect", (client) => client.realtime.connect()],
    ["channel", (client) => client.channel("room")],
    ["getChannels", (client) => client.getChannels()],
    ["removeChannel", (client) => client.removeChannel({})],
    ["removeAllChannels", (client) => client.removeAllChannels()],
  ])("%s() throws an error that names the way out", (path, call) => {
    const { client } = supabaseClient();
    expect(() => call(client)).toThrow(
      `supabase.${path}() is not part of Offramp, which serves queries. Keep the Supabase client for it`,
    );
  });

  test("to make a client and to reach its members throws nothing", async () => {
    const { client } = supabaseClient();
    const { auth, storage, functions, realtime } = client;
    const { getUser } = auth;
    expect([auth, storage, functions, realtime, getUser].map((member) => typeof member)).toEqual(
      Array(5).fill("function"),
    );
    expect(await auth).toBe(auth);
    expect(() => [inspect(client), JSON.stringify({ auth })]).not.toThrow();
  });
});
