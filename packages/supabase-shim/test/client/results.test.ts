import { PostgrestClient as TheirClient } from "@supabase/postgrest-js";
import { describe, expect, test } from "vitest";

import type { ClientResult } from "../../src/client/engine.ts";
import { PostgrestError } from "../../src/client/index.ts";
import { recordingClient, success } from "./recording-run.ts";

const duplicate: ClientResult<unknown> = {
  success: false,
  error: {
    message: 'duplicate key value violates unique constraint "profiles_email_key"',
    details: "Key (email)=(x) already exists.",
    hint: null,
    code: "23505",
  },
  data: null,
  count: null,
  status: 409,
  statusText: "Conflict",
};

/** Supabase's own client in front of a server that answers with this. */
function theirClient(data: unknown, { count }: { count?: number } = {}): TheirClient {
  const headers = count === undefined ? {} : { "content-range": `0-1/${count}` };
  return new TheirClient("http://localhost", {
    fetch: () =>
      Promise.resolve(new Response(JSON.stringify(data), { status: 200, statusText: "OK", headers })),
  });
}

describe("what comes back is what the run gave", () => {
  test("success", async () => {
    const given = success([{ id: 1 }], 7);
    expect(await recordingClient(given).client.from("t").select()).toEqual(given);
  });

  test("failure: a plain object, not an Error", async () => {
    const { client } = recordingClient(duplicate);
    const response = await client.from("t").insert({ email: "x" });
    expect(response).toEqual(duplicate);
    expect(response.error).not.toBeInstanceOf(Error);
  });
});

describe("maybeSingle judges after the call", () => {
  const lists: [unknown[]][] = [[[]], [[{ id: 1 }]], [[{ id: 1 }, { id: 2 }]], [[1, 2, 3]], [[null]]];

  test.each(lists)("%j as supabase's client does", async (rows) => {
    const { client } = recordingClient(success(rows, 5));
    const ours = await client.from("t").select("*", { count: "exact" }).maybeSingle();
    const theirs = await theirClient(rows, { count: 5 })
      .from("t")
      .select("*", { count: "exact" })
      .maybeSingle();
    expect(ours).toEqual(theirs);
  });

  test("no row is null and no error", async () => {
    const { client } = recordingClient(success([]));
    expect(await client.from("t").select().maybeSingle()).toEqual(success(null));
  });

  test("several rows are an error of the client", async () => {
    const { client } = recordingClient(success([{}, {}, {}], 3));
    expect(await client.from("t").select().maybeSingle()).toEqual({
      success: false,
      error: {
        code: "PGRST116",
        details: "Results contain 3 rows, application/vnd.pgrst.object+json requires 1 row",
        hint: null,
        message: "JSON object requested, multiple (or no) rows returned",
      },
      data: null,
      count: null,
      status: 406,
      statusText: "Not Acceptable",
    });
  });

  test("what is not a list is left alone", async () => {
    for (const data of [null, "id\n1", { id: 1 }]) {
      const { client } = recordingClient(success(data));
      expect(await client.from("t").select().maybeSingle()).toEqual(success(data));
    }
  });

  test("a failure is left alone", async () => {
    const { client } = recordingClient(duplicate);
    expect(await client.from("t").insert({}).select().maybeSingle()).toEqual(duplicate);
  });
});

describe("throwOnError", () => {
  test("rejects with a PostgrestError", async () => {
    const { client } = recordingClient(duplicate);
    const thrown: unknown = await client
      .from("t")
      .insert({})
      .throwOnError()
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    expect(thrown).toBeInstanceOf(PostgrestError);
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({ ...duplicate.error, name: "PostgrestError" });
    expect(JSON.parse(JSON.stringify(thrown))).toEqual({
      name: "PostgrestError",
      ...duplicate.error,
    });
  });

  test("rejects when maybeSingle finds several rows", async () => {
    const { client } = recordingClient(success([{}, {}]));
    await expect(client.from("t").select().maybeSingle().throwOnError()).rejects.toMatchObject({
      name: "PostgrestError",
      code: "PGRST116",
    });
  });

  test("resolves on success", async () => {
    const { client } = recordingClient(success([{ id: 1 }]));
    expect(await client.from("t").select().throwOnError()).toEqual(success([{ id: 1 }]));
  });

  test("rejects with what the run refused, such as undefined in a filter", async () => {
    const { client, calls } = recordingClient(duplicate);
    await expect(client.from("t").select().eq("id", undefined).throwOnError()).rejects.toThrow(
      PostgrestError,
    );
    expect(calls[0]?.request.ok).toBe(false);
  });
});
