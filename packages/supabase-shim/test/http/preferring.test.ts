import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Door, openDoor } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;

beforeAll(async () => {
  door = await openDoor(WORKSHOP, { schemas: ["app"], transactionEnd: "rollback" });
});

afterAll(() => door.close());

const prefer = (value: string): { headers: Record<string, string> } => ({ headers: { Prefer: value } });

describe("Prefer", () => {
  test("of each kind the first counts, with any spaces between", async () => {
    const path = "/items?limit=1";
    const { headers } = await door.ask(
      path,
      prefer("count=exact,   handling=lenient , count=planned,anything"),
    );
    expect(headers.get("content-range")).toBe("0-0/15");
    expect(headers.get("preference-applied")).toBe("count=exact, handling=lenient");
    const other = await door.ask(path, prefer("count=none, count=exact"));
    expect(other.headers.get("content-range")).toBe("0-0/15");
  });

  test("what does not concern the call is not said to be applied", async () => {
    const { headers } = await door.ask(
      "/items?limit=0",
      prefer("return=minimal, resolution=merge-duplicates, missing=default"),
    );
    expect(headers.get("preference-applied")).toBeNull();
    const removed = await door.ask("/items?id=eq.1", {
      method: "DELETE",
      ...prefer("missing=default, return=minimal"),
    });
    expect(removed.headers.get("preference-applied")).toBe("return=minimal");
  });

  test("strict handling refuses what is not known, of every call", async () => {
    const calls = [
      ["GET", "/items"],
      ["POST", "/rpc/add"],
      ["POST", "/items"],
      ["DELETE", "/items"],
    ] as const;
    for (const [method, path] of calls) {
      const { status, json } = await door.ask(path, {
        method,
        ...prefer("handling=strict, anything, count=exact, other=x"),
        ...(method === "POST" ? { body: path === "/items" ? {} : { a: 1, b: 2 } } : {}),
      });
      expect({ status, json }).toEqual({
        status: 400,
        json: {
          code: "PGRST122",
          message: "Invalid preferences given with handling=strict",
          details: "Invalid preferences: anything, other=x",
          hint: null,
        },
      });
    }
    expect((await door.ask("/items?limit=0", prefer("handling=lenient, anything"))).status).toBe(200);
    // Unknown preferences of an unknown relation are the smaller mistake.
    expect((await door.ask("/nowhere", prefer("handling=strict, anything"))).status).toBe(404);
  });
});

describe("timezone", () => {
  test("is the zone of what comes back", async () => {
    const { json, headers } = await door.ask(
      "/bikes?select=seen&id=eq.4",
      prefer("timezone=America/Los_Angeles"),
    );
    expect(json).toEqual([{ seen: "2024-06-30T03:00:00-07:00" }]);
    expect(headers.get("preference-applied")).toBe("timezone=America/Los_Angeles");
    const strict = await door.ask(
      "/bikes?select=seen&id=eq.4",
      prefer("handling=strict, timezone=Asia/Kolkata"),
    );
    expect([strict.status, strict.json]).toEqual([200, [{ seen: "2024-06-30T15:30:00+05:30" }]]);
  });

  test("an unknown zone is ignored, or refused under strict handling", async () => {
    for (const value of ["timezone=Nowhere/Land", "handling=lenient, timezone=Nowhere/Land"]) {
      const { status, json, headers } = await door.ask("/bikes?select=seen&id=eq.4", prefer(value));
      expect([status, json]).toEqual([200, [{ seen: "2024-06-30T10:00:00+00:00" }]]);
      expect(headers.get("preference-applied") ?? "").not.toContain("timezone");
    }
    const strict = await door.ask("/bikes", prefer("handling=strict, timezone=Nowhere/Land"));
    expect([strict.status, strict.json]).toMatchObject([
      400,
      { code: "PGRST122", details: "Invalid preferences: timezone=Nowhere/Land" },
    ]);
  });
});

describe("max-affected", () => {
  const strict = (rows: number): { headers: Record<string, string> } =>
    prefer(`handling=strict, max-affected=${rows}`);

  test.each<[call: readonly [method: string, path: string, body?: unknown], rows: number]>([
    [["DELETE", "/items?id=lt.15"], 14],
    [["PATCH", "/bikes?id=gt.1", { name: "x" }], 3],
    [["POST", "/rpc/drop_items"], 15],
    [["GET", "/rpc/all_bikes"], 4],
  ])("%j is refused beyond it", async ([method, path, body], rows) => {
    const asked = { method, ...strict(2), ...(body === undefined ? {} : { body }) };
    const { status, json } = await door.serving({ schemas: ["app"] }).ask(path, asked);
    expect({ status, json }).toEqual({
      status: 400,
      json: {
        code: "PGRST124",
        message: "Query result exceeds max-affected preference constraint",
        details: `The query affects ${rows} rows`,
        hint: null,
      },
    });
    expect((await door.ask("/items?limit=0", prefer("count=exact"))).headers.get("content-range")).toBe(
      "*/15",
    );
  });

  test("is said where it was followed", async () => {
    const within = await door.ask("/items?id=lt.3", { method: "DELETE", ...strict(2) });
    expect([within.status, within.headers.get("preference-applied")]).toEqual([
      204,
      "handling=strict, max-affected=2",
    ]);
    const lenient = await door.ask("/items?id=lt.9", {
      method: "DELETE",
      ...prefer("handling=lenient, max-affected=2"),
    });
    expect([lenient.status, lenient.headers.get("preference-applied")]).toEqual([204, "handling=lenient"]);
    const alone = await door.ask("/items?id=lt.9", { method: "DELETE", ...prefer("max-affected=2") });
    expect([alone.status, alone.headers.get("preference-applied")]).toEqual([204, null]);
    const read = await door.ask("/items", strict(2));
    expect([read.status, read.headers.get("preference-applied")]).toEqual([200, "handling=strict"]);
    const posted = await door.ask("/brands", { method: "POST", ...strict(0), body: { id: 9, name: "x" } });
    expect(posted.status).toBe(201);
    expect(
      (
        await door.ask("/items?id=lt.9", {
          method: "DELETE",
          ...prefer("handling=strict, max-affected=many"),
        })
      ).status,
    ).toBe(204);
  });

  test("needs a function that returns a set", async () => {
    for (const path of ["/rpc/drop_quietly", "/rpc/hit"]) {
      const { status, json } = await door.ask(path, { method: "POST", ...strict(20) });
      expect({ status, json }).toMatchObject({ status: 400, json: { code: "PGRST128" } });
    }
  });
});

describe("tx", () => {
  const row = { id: 70, name: "kept" };
  const kept = async (
    config: Parameters<Door["serving"]>[0],
    tx?: string,
  ): Promise<[boolean, string | null]> => {
    const served = door.serving({ schemas: ["app"], ...config });
    const headers = { Prefer: `return=representation${tx === undefined ? "" : `, tx=${tx}`}` };
    const made = await served.ask("/brands", { method: "POST", headers, body: row });
    expect([made.status, made.json]).toEqual([201, [row]]);
    const found = await door.db.query({ text: "delete from app.brands where id = 70 returning id" });
    return [found.length === 1, made.headers.get("preference-applied")];
  };

  test("decides where it may, and is not mentioned where it may not", async () => {
    const rep = "return=representation";
    expect(await kept({ transactionEnd: "commit" })).toEqual([true, rep]);
    expect(await kept({ transactionEnd: "commit" }, "rollback")).toEqual([true, rep]);
    expect(await kept({ transactionEnd: "rollback" })).toEqual([false, rep]);
    expect(await kept({ transactionEnd: "rollback" }, "commit")).toEqual([false, rep]);
    expect(await kept({ transactionEnd: "commit-allow-override" })).toEqual([true, rep]);
    expect(await kept({ transactionEnd: "commit-allow-override" }, "rollback")).toEqual([
      false,
      `${rep}, tx=rollback`,
    ]);
    expect(await kept({ transactionEnd: "rollback-allow-override" })).toEqual([false, rep]);
    expect(await kept({ transactionEnd: "rollback-allow-override" }, "commit")).toEqual([
      true,
      `${rep}, tx=commit`,
    ]);
  });

  test("a rollback fails where the commit would have", async () => {
    await door.db.query({
      text: `create table app.late (id int unique deferrable initially deferred); insert into app.late values (1);
             grant all on app.late to door_anon; notify pgrst, 'reload schema'`,
      script: true,
    });
    const { status, json } = await door
      .serving({ schemas: ["app"], transactionEnd: "rollback" })
      .ask("/late", { method: "POST", body: { id: 1 } });
    expect({ status, json }).toMatchObject({ status: 409, json: { code: "23505" } });
  });
});
