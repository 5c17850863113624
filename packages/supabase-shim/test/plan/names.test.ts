import { describe, expect, test } from "vitest";
import { cacheOf, foreignKey, primaryKey, table } from "../schema-cache/small-catalog.ts";
import { planOf, refusalOf } from "./plan-of.ts";

/** The worked examples of PostgREST, "Resource Embedding", Foreign Key Joins on Multiple Foreign Key Relationships. */
const orders = cacheOf({
  tables: [
    table("addresses", ["id", "name:text"]),
    table("orders", ["id", "name:text", "billing_address_id", "shipping_address_id"]),
    table("notes", ["id", "body:text"]),
  ],
  foreignKeys: [
    foreignKey("billing", ["orders", "billing_address_id"], ["addresses", "id"]),
    foreignKey("shipping", ["orders", "shipping_address_id"], ["addresses", "id"]),
  ],
});

describe("an embed that could be several", () => {
  test("names them, and how to say which", async () => {
    expect(await refusalOf(orders, (db) => db.from("orders").select("*, addresses(*)"))).toEqual({
      status: 300,
      code: "PGRST201",
      message: "Could not embed because more than one relationship was found for 'orders' and 'addresses'",
      details: [
        {
          cardinality: "many-to-one",
          embedding: "orders with addresses",
          relationship: "billing using orders(billing_address_id) and addresses(id)",
        },
        {
          cardinality: "many-to-one",
          embedding: "orders with addresses",
          relationship: "shipping using orders(shipping_address_id) and addresses(id)",
        },
      ],
      hint: "Try changing 'addresses' to one of the following: 'addresses!billing', 'addresses!shipping'. Find the desired relationship in the 'details' key.",
    });
  });

  test.each([
    "addresses!billing(*)",
    "addresses!billing_address_id(*)",
    "billing(*)",
    "billing_address_id(*)",
    "b:billing(*), s:shipping(*)",
  ])("is one by %s", async (embed) => {
    const plan = await planOf(orders, (db) => db.from("orders").select(embed));
    expect(plan).toMatchObject({
      root: {
        embeds: [
          { node: { joins: [{ right: [expect.anything(), "billing_address_id"] }] } },
          ...(embed.includes("s:") ? [{}] : []),
        ],
      },
    });
  });

  test("a hint that is none of theirs is named", async () => {
    const refusal = await refusalOf(orders, (db) => db.from("orders").select("addresses!nope(*)"));
    expect(refusal).toMatchObject({
      status: 400,
      code: "PGRST200",
      details:
        "Searched for a foreign key relationship between 'orders' and 'addresses' using the hint 'nope' in the schema 'public', but no matches were found.",
    });
  });
});

describe("a name that is not there", () => {
  test("of a table, with the closest one", async () => {
    expect(await refusalOf(orders, (db) => db.from("addreses").select())).toMatchObject({
      status: 404,
      code: "PGRST205",
      message: "Could not find the table 'public.addreses' in the schema cache",
      hint: "Perhaps you meant the table 'public.addresses'",
    });
  });

  test("of an embed, with the closest related one", async () => {
    expect(await refusalOf(orders, (db) => db.from("orders").select("adresses(*)"))).toMatchObject({
      code: "PGRST200",
      message: "Could not find a relationship between 'orders' and 'adresses' in the schema cache",
      hint: "Perhaps you meant 'addresses' instead of 'adresses'.",
    });
  });

  test("of a column to write", async () => {
    expect(await refusalOf(orders, (db) => db.from("notes").insert({ bod: 1 }))).toMatchObject({
      status: 400,
      code: "PGRST204",
      message: "Could not find the 'bod' column of 'notes' in the schema cache",
    });
  });

  test("of an embed in a filter, an order or a limit", async () => {
    const expected = {
      status: 400,
      code: "PGRST108",
      message: "'addresses' is not an embedded resource in this request",
      hint: "Verify that 'addresses' is included in the 'select' query parameter.",
    };
    for (const chain of [
      (db) => db.from("orders").select("id").eq("addresses.id", 1),
      (db) => db.from("orders").select("id").order("id", { referencedTable: "addresses" }),
      (db) => db.from("orders").select("id").limit(1, { referencedTable: "addresses" }),
      (db) => db.from("orders").select("id").order("addresses(id)"),
    ] satisfies Parameters<typeof refusalOf>[1][]) {
      expect(await refusalOf(orders, chain)).toMatchObject(expected);
    }
  });

  test("of a schema", async () => {
    expect(await refusalOf(orders, (db) => db.schema("secret").from("orders").select())).toMatchObject({
      status: 406,
      code: "PGRST106",
      message: "Invalid schema: secret",
      hint: "Only the following schemas are exposed: public",
    });
  });
});

describe("what a request may not ask", () => {
  test("the parent in the order of several children", async () => {
    expect(
      await refusalOf(orders, (db) => db.from("addresses").select("orders!billing(*)").order("orders(id)")),
    ).toMatchObject({
      status: 400,
      code: "PGRST118",
      message: "A related order on 'orders' is not possible",
      details: "'addresses' and 'orders' do not form a many-to-one or one-to-one relationship",
    });
  });

  test("a count of a kind that there is none of is no error unless the request is strict", async () => {
    const unknown = (strict: boolean) =>
      ((db) => {
        const call = db.from("orders").delete({ count: "roughly" });
        return strict ? call.maxAffected(1) : call;
      }) satisfies Parameters<typeof refusalOf>[1];
    await planOf(orders, unknown(false));
    expect(await refusalOf(orders, unknown(true))).toMatchObject({
      status: 400,
      code: "PGRST122",
      details: "Invalid preferences: count=roughly",
    });
  });
});

describe("PUT names one row by its whole primary key", () => {
  const cache = cacheOf({ tables: [table("t", ["a", "b", "v"])], primaryKeys: [primaryKey("t", "a", "b")] });
  const put = async (filters: readonly string[]): Promise<unknown> => {
    const { planRequest } = await import("../../src/plan/index.ts");
    const eq = (name: string) => ({
      path: [],
      value: {
        kind: "filter" as const,
        negated: name.startsWith("!"),
        field: { name: name.replace("!", ""), path: [] },
        operation: { kind: "compare" as const, operator: "eq" as const, value: "1" },
      },
    });
    const payload = { kind: "json" as const, text: "{}", shape: "object" as const, keys: ["a", "b", "v"] };
    const planned = planRequest(
      {
        action: { kind: "put", relation: "t", payload },
        filters: filters.map(eq),
        order: [],
        ranges: [],
        preferences: {},
        media: { kind: "json" },
      },
      cache,
      { aggregatesEnabled: true, audit: true },
    );
    return planned.ok ? planned.value.kind : planned.error.kind;
  };

  test("with eq on each column and nothing else", async () => {
    expect(await put(["a", "b"])).toBe("mutation");
    expect(await put(["b", "a"])).toBe("mutation");
  });

  test.each([[[]], [["a"]], [["a", "b", "v"]], [["a", "!b"]], [["a", "v"]]])(
    "not with %j",
    async (filters) => {
      expect(await put(filters)).toBe("invalidPutFilters");
    },
  );
});
