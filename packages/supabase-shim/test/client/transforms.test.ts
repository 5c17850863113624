import { describe, expect, test } from "vitest";

import { recordingClient, requestOf } from "./recording-run.ts";

const field = (name: string): object => ({ name, path: [] });

describe("select", () => {
  test("whitespace counts only inside double quotes", async () => {
    const request = await requestOf((client) =>
      client.from("t").select(' id ,\n\t"Open Hours" , r : reports ( id , kind )  '),
    );
    expect(request.select).toMatchObject([
      { field: field("id") },
      { field: field("Open Hours") },
      { kind: "embed", relation: "reports", alias: "r", select: [{}, {}] },
    ]);
  });

  test("nothing and an empty text mean all columns", async () => {
    for (const columns of [undefined, "", "  "]) {
      expect(await requestOf((client) => client.from("t").select(columns))).not.toHaveProperty("select");
    }
  });

  test("a list of items stands for the text that joins them", async () => {
    const list = await requestOf((client) => client.from("t").select(["id", "n:name", "r(kind)"]));
    expect(list).toEqual(await requestOf((client) => client.from("t").select("id,n:name,r(kind)")));
    expect(await requestOf((client) => client.from("t").select([]))).not.toHaveProperty("select");
  });

  test("the last select counts", async () => {
    const named = await requestOf((client) => client.from("t").select("a").select("b"));
    expect(named.select).toMatchObject([{ field: field("b") }]);
    expect(await requestOf((client) => client.from("t").select("a").select())).not.toHaveProperty("select");
  });

  test("a count that is not known is kept for a strict request to refuse", async () => {
    const request = await requestOf((client) => client.from("t").select("*", { count: "all" }));
    expect(request.preferences).toEqual({ invalid: ["count=all"] });
  });
});

describe("order", () => {
  test("calls add up, each embed by itself", async () => {
    const request = await requestOf((client) =>
      client
        .from("t")
        .select()
        .order("a")
        .order("x", { referencedTable: "r" })
        .order("data->>b", { ascending: false, nullsFirst: true })
        .order("s(c)", { nullsFirst: false })
        .order("y", { foreignTable: "r" }),
    );
    expect(request.order).toEqual([
      {
        path: [],
        value: [
          { field: field("a"), direction: "asc" },
          {
            field: { name: "data", path: [{ arrow: "->>", operand: { key: "b" } }] },
            direction: "desc",
            nulls: "first",
          },
          { field: field("c"), relation: "s", direction: "asc", nulls: "last" },
        ],
      },
      {
        path: ["r"],
        value: [
          { field: field("x"), direction: "asc" },
          { field: field("y"), direction: "asc" },
        ],
      },
    ]);
  });

  test("a direction that is written into the column is no direction", async () => {
    const { client, calls } = recordingClient();
    await client.from("t").select().order("a.desc; drop table t");
    expect(calls[0]?.request).toMatchObject({ ok: false, error: { kind: "syntax" } });
  });
});

describe("limit and range", () => {
  test("the last bounds at one path count, and an offset outlives a limit", async () => {
    const request = await requestOf((client) =>
      client
        .from("t")
        .select()
        .limit(1)
        .range(10, 19)
        .limit(3, { referencedTable: "r" })
        .limit(5)
        .range(2, 2, { referencedTable: "r" }),
    );
    expect(request.ranges).toEqual([
      { path: [], value: { offset: 10, limit: 5 } },
      { path: ["r"], value: { offset: 2, limit: 1 } },
    ]);
  });
});

describe("preferences of a write", () => {
  test("nothing comes back unless it is selected", async () => {
    const minimal = await requestOf((client) => client.from("t").delete().eq("id", 1));
    expect(minimal.preferences).toEqual({ return: "minimal" });
    const selected = await requestOf((client) => client.from("t").delete().eq("id", 1).select("id"));
    expect(selected.preferences).toEqual({ return: "representation" });
  });

  test("rollback and maxAffected", async () => {
    const request = await requestOf((client) =>
      client.from("t").update({ a: 1 }, { count: "exact" }).maxAffected(0).rollback(),
    );
    expect(request.preferences).toEqual({
      return: "minimal",
      count: "exact",
      handling: "strict",
      maxAffected: 0,
      transaction: "rollback",
    });
  });
});

describe("media types", () => {
  test("stripNulls() throws after csv()", () => {
    const { client } = recordingClient();
    const csv = client.from("t").select().csv();
    expect(() => csv.stripNulls()).toThrow(new Error("stripNulls() cannot be used with csv()"));
  });

  test("stripNulls() counts whatever it is called before", async () => {
    const single = await requestOf((client) => client.from("t").select().stripNulls().single());
    expect(single.media).toEqual({ kind: "singular", stripNulls: true });
    const list = await requestOf((client) => client.from("t").select().stripNulls());
    expect(list.media).toEqual({ kind: "json", stripNulls: true });
  });

  test("explain() asks for the plan of what was asked for", async () => {
    const request = await requestOf((client) => {
      const query = client.from("t").select();
      query.csv();
      return query.explain({ analyze: true, format: "json" });
    });
    expect(request.media).toEqual({
      kind: "plan",
      of: { kind: "csv" },
      format: "json",
      options: ["analyze"],
    });
  });

  test("maybeSingle() asks for a list", async () => {
    const request = await requestOf((client) => client.from("t").select().maybeSingle());
    expect(request.media).toEqual({ kind: "json" });
  });
});
