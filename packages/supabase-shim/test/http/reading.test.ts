import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Door, openDoor } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;

beforeAll(async () => {
  door = await openDoor(WORKSHOP, { schemas: ["app"], transactionEnd: "rollback" });
});

afterAll(() => door.close());

describe("rows", () => {
  test.each<[path: string, rows: unknown]>([
    ["/bikes?select=id,name&id=eq.2", [{ id: 2, name: "World Traveller" }]],
    ["/bikes?select=id&order=id.desc&limit=2", [{ id: 4 }, { id: 3 }]],
    ["/bikes?select=id&id=in.(1,3)&order=id", [{ id: 1 }, { id: 3 }]],
    ["/bikes?select=id&id=not.in.(1,3)&order=id", [{ id: 2 }, { id: 4 }]],
    ["/bikes?select=id&id=in.()", []],
    ["/bikes?select=id&id=in.(%20%20)", []],
    ["/bikes?select=id&name=like.*Tra*", [{ id: 2 }]],
    ["/bikes?select=id&name=ilike.sig*", [{ id: 1 }]],
    ["/bikes?select=id&name=match.^W", [{ id: 2 }]],
    ["/bikes?select=id&name=imatch.^w", [{ id: 2 }]],
    ["/bikes?select=id&name=like(any).{Sig*,Wor*}&order=id", [{ id: 1 }, { id: 2 }]],
    ["/bikes?select=id&id=eq(any).{1,4}&order=id", [{ id: 1 }, { id: 4 }]],
    ['/bikes?select=id&name=in.("Tour \\"Populair\\"",Nameless)&order=id', [{ id: 3 }, { id: 4 }]],
    ['/bikes?select=id&name=in.(Tour "Populair")', [{ id: 3 }]],
    ['/bikes?select=id&name=eq.Tour "Populair"', [{ id: 3 }]],
    ["/bikes?select=id&name=eq.World+Traveller", [{ id: 2 }]],
    ["/bikes?select=id&tags=cs.{fast}", [{ id: 1 }]],
    ['/bikes?select=id&tags=cs.{"long, haul"}', [{ id: 1 }]],
    ["/bikes?select=id&tags=ov.{x,fast}&order=id", [{ id: 1 }, { id: 4 }]],
    ["/bikes?select=id&tags=cd.{x}&order=id", [{ id: 2 }, { id: 4 }]],
    ['/bikes?select=id&specs=cs.{"lamp":{"on":true}}', [{ id: 1 }]],
    ["/bikes?select=id&specs->>gears=eq.27", [{ id: 2 }]],
    ["/bikes?select=id&specs->lamp->>on=eq.true", [{ id: 1 }]],
    ["/bikes?select=id,specs->list->1->>deep&id=eq.2", [{ id: 2, deep: "yes" }]],
    ["/bikes?select=specs->gears&id=eq.1", [{ gears: 30 }]],
    ["/bikes?select=id&order=specs->gears.desc.nullslast&limit=1", [{ id: 1 }]],
    ["/bikes?select=id&state=eq.scrap", [{ id: 3 }]],
    ["/bikes?select=id&photo=not.is.null", [{ id: 1 }]],
    ["/bikes?select=id&made=is.null&order=id", [{ id: 3 }, { id: 4 }]],
    ["/bikes?select=id&brand_id=isdistinct.1&order=id", [{ id: 3 }, { id: 4 }]],
    ["/tickets?select=id&open=is.TRUE", [{ id: 1 }]],
    ["/tickets?select=id&open=is.unknown", [{ id: 2 }]],
    ["/tickets?select=id&open=is.not_null&order=id", [{ id: 1 }, { id: 3 }]],
    ["/bikes?select=id&and=(id.gt.1,id.lt.4)&order=id", [{ id: 2 }, { id: 3 }]],
    ["/bikes?select=id&or=(id.eq.1,and(id.gt.2,state.eq.scrap))&order=id", [{ id: 1 }, { id: 3 }]],
    ["/bikes?select=id&not.or=(id.eq.1,id.eq.2)&order=id", [{ id: 3 }, { id: 4 }]],
    ["/bikes?select=id&not.and=(id.gt.1,id.lt.4)&order=id", [{ id: 1 }, { id: 4 }]],
    ['/bikes?select=id&or=(name.eq."Tour \\"Populair\\"",id.eq.1)&order=id', [{ id: 1 }, { id: 3 }]],
    ["/bikes?select=label_of&id=eq.1", [{ label_of: "bike 1" }]],
    ["/bikes?select=id&label_of=eq.bike 3", [{ id: 3 }]],
    ["/brands?select=id,bike_count&order=bike_count.desc,id&limit=1", [{ id: 1, bike_count: 2 }]],
    ["/riding_bikes?select=name", [{ name: "Signature" }]],
    ["/frozen_bikes?select=name&id=eq.1", [{ name: "Signature" }]],
    ["/logs?select=name&order=year.desc", [{ name: "sun" }, { name: "rain" }]],
    ["/empty_one", []],
  ])("GET %s", async (path, rows) => {
    const { status, json, headers } = await door.ask(path);
    expect(json).toEqual(rows);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  });

  test("relations and columns of any name", async () => {
    const path = "/Odd%3B%20name";
    expect(
      (await door.ask(`${path}?select=%22a.b%22,with%20space,%22quo%5C%22te%22&%22a.b%22=eq.1`)).json,
    ).toEqual([{ "a.b": 1, "with space": "one", 'quo"te': "q" }]);
    const answer = await door.ask(`${path}?select=":arrow->x::int","(paren)"&with space=eq.one`);
    expect(answer.json).toEqual([{ ":arrow->x::int": "arrow", "(paren)": "p" }]);
    expect(answer.headers.get("content-location")).toBe(
      "/Odd; name?select=%22%3Aarrow-%3Ex%3A%3Aint%22%2C%22%28paren%29%22&with%20space=eq.one",
    );
  });

  test("types look as PostgreSQL's JSON", async () => {
    const { json } = await door.ask("/bikes?id=eq.1");
    expect(json).toEqual([
      {
        id: 1,
        brand_id: 1,
        name: "Signature",
        state: "riding",
        price: "$2,500.00",
        weight: 14.5,
        tags: ["fast", "long, haul"],
        specs: { gears: 30, lamp: { on: true } },
        made: "2020-05-01",
        seen: "2024-01-02T03:04:05.678+00:00",
        photo: "\\x00ff10",
        note: "first",
      },
    ]);
  });

  test("a parameter without = is none, and ; separates as & does", async () => {
    expect((await door.ask("/bikes?id=eq.1;select=id&name")).json).toEqual([{ id: 1 }]);
  });

  test("the first select counts, and the first order", async () => {
    expect((await door.ask("/bikes?select=id&select=name&limit=1&order=id.desc&order=id.asc")).json).toEqual([
      { id: 4 },
    ]);
  });
});

describe("embeds", () => {
  test.each<[path: string, rows: unknown]>([
    ["/bikes?select=id,brands(name)&id=eq.1", [{ id: 1, brands: { name: "Koga" } }]],
    ["/bikes?select=id,brands(name)&id=eq.4", [{ id: 4, brands: null }]],
    [
      "/brands?select=id,bikes(id)&bikes.order=id.desc&bikes.limit=1&order=id",
      [
        { id: 1, bikes: [{ id: 2 }] },
        { id: 2, bikes: [{ id: 3 }] },
        { id: 3, bikes: [] },
      ],
    ],
    ["/brands?select=id,bikes!inner(id)&bikes.state=eq.scrap", [{ id: 2, bikes: [{ id: 3 }] }]],

    ["/brands?select=id,bikes()&bikes=is.null", [{ id: 3 }]],
    [
      "/bikes?select=id,parts(title)&id=eq.1&parts.order=title",
      [{ id: 1, parts: [{ title: "Chain 1" }, { title: "Lamp" }] }],
    ],
    ["/bikes?select=id,...brands(brand:name)&id=eq.1", [{ id: 1, brand: "Koga" }]],
    ["/brands?select=name,...bikes(ids:id)&id=eq.1&bikes.order=id", [{ name: "Koga", ids: [1, 2] }]],
    ["/brands?select=id,newest(id)&id=eq.1", [{ id: 1, newest: { id: 2 } }]],
    [
      "/bikes?select=id,brands(name)&order=brands(name),id&brand_id=eq.2",
      [{ id: 3, brands: { name: "Gazelle" } }],
    ],
    [
      "/bikes?select=id,brands(id)&or=(id.eq.4,brands.not.is.null)&order=id&limit=2",
      [
        { id: 1, brands: { id: 1 } },
        { id: 2, brands: { id: 1 } },
      ],
    ],
    [
      "/brands?select=id,bikes(id,fittings(sku))&id=eq.1&bikes.fittings.sku=eq.lamp&bikes.order=id",
      [
        {
          id: 1,
          bikes: [
            { id: 1, fittings: [{ sku: "lamp" }] },
            { id: 2, fittings: [] },
          ],
        },
      ],
    ],
    [
      "/brands?select=id,bikes(id)&bikes.or=(id.eq.1,id.eq.3)&order=id&limit=2",
      [
        { id: 1, bikes: [{ id: 1 }] },
        { id: 2, bikes: [{ id: 3 }] },
      ],
    ],
    ["/brands?select=id,bikes(id)&bikes.not.or=(id.eq.1,id.eq.3)&id=eq.1", [{ id: 1, bikes: [{ id: 2 }] }]],
    ["/riding_bikes?select=name,brands(name)", [{ name: "Signature", brands: { name: "Koga" } }]],
    ["/brands?select=id,bikes(id)&id=eq.1&bikes.limit=0", [{ id: 1, bikes: [] }]],
  ])("GET %s", async (path, rows) => {
    const { status, json } = await door.ask(path);

    expect(json).toEqual(rows);
    expect(status).toBe(200);
  });

  test("a negative limit or offset of an embed is PostgreSQL's to refuse", async () => {
    for (const [parameter, code] of [
      ["limit=-1", "2201W"],
      ["offset=-1", "2201X"],
    ] as const) {
      const { status, json } = await door.ask(`/brands?select=id,bikes(id)&bikes.${parameter}`);
      expect({ status, json }).toMatchObject({ status: 400, json: { code } });
    }
  });
});

describe("HEAD", () => {
  test("has GET's headers, and no body", async () => {
    const { status, text, headers } = await door.ask("/bikes?select=id&limit=2", {
      method: "HEAD",
      headers: { Prefer: "count=exact" },
    });
    expect({ status, text }).toEqual({ status: 206, text: "" });
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(headers.get("content-range")).toBe("0-1/4");
    expect(headers.get("content-length")).toBeNull();
    expect(headers.get("preference-applied")).toBe("count=exact");
  });

  test("has no body for an error either", async () => {
    const { status, text, headers } = await door.ask("/nowhere", { method: "HEAD" });
    expect({ status, text }).toEqual({ status: 404, text: "" });
    expect(headers.get("proxy-status")).toBe("PostgREST; error=PGRST205");
  });
});

describe("headers of an answer", () => {
  test("the length, the place in alphabetical order, and what the answer depends on", async () => {
    const { headers, text } = await door.ask(
      "/bikes?select=id&order=id&id=gt.2&name=eq.Tour%20%22Populair%22",
    );
    expect(headers.get("content-length")).toBe(String(text.length));
    expect(headers.get("content-location")).toBe(
      "/bikes?id=gt.2&name=eq.Tour%20%22Populair%22&order=id&select=id",
    );
    expect(headers.get("vary")).toBe("Accept, Prefer, Range");
    expect(headers.get("content-profile")).toBeNull();
    expect((await door.ask("/items?id=eq.1")).headers.get("content-range")).toBe("0-0/*");
    expect((await door.ask("/items")).headers.get("content-location")).toBe("/items");
  });
});
