import { PostgrestClient as TheirClient } from "@supabase/postgrest-js";
import { describe, expect, test } from "vitest";

import {
  PostgrestBuilder,
  PostgrestClient,
  PostgrestFilterBuilder,
  PostgrestQueryBuilder,
  PostgrestTransformBuilder,
} from "../../src/client/index.ts";
import { recordingClient } from "./recording-run.ts";

/** The relation names and filtered columns of each call that was made. */
function madeRequests(calls: ReturnType<typeof recordingClient>["calls"]): unknown[] {
  return calls.map(({ request }) => {
    if (!request.ok) return request.error;
    const { action, filters } = request.value;
    return [action.kind, ...filters.map(({ value }) => value.kind === "filter" && value.field.name)];
  });
}

describe("the class chain is supabase's", () => {
  test("a filter builder is a transform builder is a builder", () => {
    const { client } = recordingClient();
    const query = client.from("profiles").select();
    expect(query).toBeInstanceOf(PostgrestFilterBuilder);
    expect(query).toBeInstanceOf(PostgrestTransformBuilder);
    expect(query).toBeInstanceOf(PostgrestBuilder);
    expect(client.from("profiles")).toBeInstanceOf(PostgrestQueryBuilder);
    expect(client.schema("billing")).toBeInstanceOf(PostgrestClient);
  });

  test("names of the classes are theirs", () => {
    const theirs = new TheirClient("http://localhost");
    const { client } = recordingClient();
    const names = (from: { from(relation: string): { select(): object } }): string[] => {
      const classes: string[] = [];
      let at: object | null = from.from("t").select();
      while ((at = Object.getPrototypeOf(at) as object | null) !== null) classes.push(at.constructor.name);
      return classes;
    };
    expect(names(client)).toEqual(names(theirs as never));
  });

  test("a builder can be awaited, and only that", () => {
    const query = recordingClient().client.from("profiles").select();
    expect(query).toHaveProperty("then");
    expect(query).not.toHaveProperty("catch");
    expect(query).not.toHaveProperty("finally");
  });
});

describe("builders change and return themselves", () => {
  test("every step returns the same object", () => {
    const query = recordingClient().client.from("profiles").select();
    const steps = [
      query.eq("a", 1),
      query.order("a"),
      query.limit(1),
      query.select("id"),
      query.throwOnError(),
      query.setHeader("x", "y"),
      query.retry(false),
      query.single(),
      query.returns<string>(),
      query.overrideTypes<string>(),
    ];
    expect(steps.every((step) => (step as unknown) === query)).toBe(true);
  });

  test("a step whose result is thrown away counts", async () => {
    const { client, calls } = recordingClient();
    const query = client.from("profiles").select();
    query.eq("a", 1);
    await query;
    expect(madeRequests(calls)).toEqual([["read", "a"]]);
  });

  test("a from() handle keeps nothing of the calls that begin at it", async () => {
    const { client, calls } = recordingClient();
    const profiles = client.from("profiles");
    await profiles.select().eq("a", 1);
    await profiles.select().eq("b", 1);
    await profiles.delete().eq("c", 1);
    await profiles.select();
    expect(madeRequests(calls)).toEqual([["read", "a"], ["read", "b"], ["delete", "c"], ["read"]]);
  });

  test("the request of a call stays as it was when the builder goes on", async () => {
    const { client, calls } = recordingClient();
    const query = client.from("profiles").select().eq("a", 1);
    await query;
    await query.eq("b", 2);
    expect(madeRequests(calls)).toEqual([
      ["read", "a"],
      ["read", "a", "b"],
    ]);
  });

  test("a request is frozen", async () => {
    const { client, calls } = recordingClient();
    await client.from("profiles").select();
    const request = calls[0]?.request;
    expect(request?.ok && Object.isFrozen(request.value)).toBe(true);
  });
});

describe("a builder runs when it is awaited", () => {
  test("not before", async () => {
    const { client, calls } = recordingClient();
    const query = client.from("profiles").delete();
    await Promise.resolve();
    expect(calls).toHaveLength(0);
    await query;
    expect(calls).toHaveLength(1);
  });

  test("each time anew", async () => {
    const { client, calls } = recordingClient();
    const query = client.from("profiles").insert({ a: 1 });
    await query;
    await query;
    await Promise.all([query, query]);
    expect(calls).toHaveLength(4);
  });

  test("then() gives a promise of what its callback returns", async () => {
    const { client } = recordingClient();
    const status = client
      .from("profiles")
      .select()
      .then((response) => response.status);
    expect(status).toBeInstanceOf(Promise);
    expect(await status).toBe(200);
  });
});

describe("headers, schema, signal, timeout and retry reach the run", () => {
  test("nothing is there that nobody asked for", async () => {
    const { client, calls } = recordingClient();
    await client.from("profiles").select();
    expect(calls).toEqual([{ request: expect.anything() as unknown, headers: {} }]);
  });

  test("setHeader is for one call; the client's headers are for all", async () => {
    const { client, calls } = recordingClient(undefined, { headers: { "X-App": "clinic" } });
    await client.from("profiles").select().setHeader("X-Request-Id", "r-1");
    await client.from("profiles").select();
    expect(calls.map(({ headers }) => headers)).toEqual([
      { "x-app": "clinic", "x-request-id": "r-1" },
      { "x-app": "clinic" },
    ]);
  });

  test("headers that are set on a client later count from then on", async () => {
    const { client, calls } = recordingClient();
    const handle = client.from("profiles");
    client.headers.set("x-app", "clinic");
    await handle.select();
    await client.from("profiles").select();
    await client.schema("billing").rpc("f");
    expect(calls.map(({ headers }) => headers)).toEqual([{}, { "x-app": "clinic" }, { "x-app": "clinic" }]);
  });

  test("schema() makes another client and leaves this one", async () => {
    const { client, calls } = recordingClient(undefined, { schema: "clinic" });
    await client.schema("billing").from("invoices").select();
    await client.from("profiles").select();
    await client.schema("billing").rpc("total");
    expect(calls.map(({ request }) => request.ok && request.value.schema)).toEqual([
      "billing",
      "clinic",
      "billing",
    ]);
  });

  test("an abort signal", async () => {
    const { client, calls } = recordingClient();
    const { signal } = new AbortController();
    await client.from("profiles").select().abortSignal(signal);
    expect(calls[0]?.signal).toBe(signal);
  });

  test.each([
    [1500, 1500],
    [0, undefined],
    [-1, undefined],
  ])("a timeout of %s ms", async (timeout, expected) => {
    const { client, calls } = recordingClient(undefined, { timeout });
    await client.schema("billing").from("invoices").select();
    expect(calls[0]?.timeoutMs).toBe(expected);
  });

  test("retry", async () => {
    const { client, calls } = recordingClient();
    await client.from("profiles").select().retry(false);
    await client.from("profiles", { retry: false }).select();
    client.retry = false;
    await client.from("profiles").select();
    await client.from("profiles", { retry: true }).select();
    expect(calls.map(({ retry }) => retry)).toEqual([false, false, false, undefined]);
  });
});

describe("from() throws when it is called", () => {
  test.each(["", "   ", undefined, null, 7, {}])("with %j", (relation) => {
    const { client } = recordingClient();
    const theirs = new TheirClient("http://localhost");
    const message = "Invalid relation name: relation must be a non-empty string.";
    expect(() => client.from(relation as never)).toThrow(new Error(message));
    expect(() => theirs.from(relation as never)).toThrow(new Error(message));
  });
});
