import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PostgrestClient } from "../../src/client/index.ts";
import { encodeParams, planRequest } from "../../src/plan/index.ts";
import { type ApiRequest, collectOperands, type Operands, shapeKey } from "../../src/request/index.ts";
import { compilePlan, type CompiledStatement } from "../../src/sql/index.ts";
import { requestOf } from "../client/recording-run.ts";
import { cacheOf, foreignKey, primaryKey, routine, table } from "../schema-cache/small-catalog.ts";

const COLUMNS = ["id", "name:text", "tags:text[]", "data:jsonb", "doctor_id"];

const cache = cacheOf({
  tables: [table("patients", COLUMNS), table("doctors", COLUMNS)],
  primaryKeys: [primaryKey("patients", "id"), primaryKey("doctors", "id")],
  foreignKeys: [foreignKey("fk", ["patients", "doctor_id"], ["doctors", "id"])],
  routines: [routine("search", ["term:text", "most?"])],
});

function compiled(request: ApiRequest): CompiledStatement {
  const planned = planRequest(request, cache, { aggregatesEnabled: true, audit: false });
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return compilePlan(planned.value).main;
}

/** Where a chain's values come from; what it does with them is its shape. */
interface Values {
  text(): string;
  number(): number;
  /** A list of any length. */
  list(): readonly string[];
}

function valuesOf(seed: number): Values {
  let drawn = 0;
  const next = (): number => seed * 7919 + (drawn += 1) * 104_729;
  return {
    text: () => `v${next()}'"\\,)*%`,
    // No page size: that is part of the shape.
    number: () => (next() % 1000) + 1001,
    list: () => Array.from({ length: next() % 5 }, () => `x${next()}`),
  };
}

/** The builder's methods, called by name: the same chain can be made with any values. */
type AnyBuilder = Record<string, (...args: unknown[]) => AnyBuilder> & PromiseLike<unknown>;
type Step = (builder: AnyBuilder, values: Values) => AnyBuilder;

const step = (name: string, ...args: readonly ((values: Values) => unknown)[]): readonly [string, Step] => [
  `${name}(${args.map(String).join(", ")})`,
  (builder, values) => {
    const method = builder[name];
    if (method === undefined) throw new Error(`There is no ${name}()`);
    return method.apply(
      builder,
      args.map((arg) => arg(values)),
    );
  },
];

const column = (name: string) => () => name;
const text = (values: Values): string => values.text();
const number = (values: Values): number => values.number();
const list = (values: Values): readonly string[] => values.list();

const FILTERS = [
  step("eq", column("id"), number),
  step("eq", column("name"), text),
  step("neq", column("id"), number),
  step("gt", column("data->>n"), text),
  step("gt", column("data->>m"), text),
  step("like", column("name"), text),
  step("ilike", column("name"), text),
  step("likeAnyOf", column("name"), list),
  step("likeAllOf", column("name"), list),
  step("in", column("id"), list),
  step("notIn", column("id"), list),
  step("is", column("name"), () => null),
  step("is", column("name"), () => "not_null"),
  step("isDistinct", column("name"), text),
  step("contains", column("tags"), list),
  step("contains", column("data"), list),
  step("contains", column("tags"), text),
  step("textSearch", column("name"), text),
  step("textSearch", column("name"), text, () => ({ config: "english" })),
  step("textSearch", column("name"), text, () => ({ type: "plain" })),
  step("not", column("id"), () => "eq", number),
  step(
    "or",
    (values) => `id.eq.${values.number()},and(name.is.null,id.in.(${values.number()},${values.number()}))`,
  ),
  step("or", (values) => `id.gt.${values.number()},name.eq."${values.number()}"`),
] as const;

const TAILS = [
  step("order", column("id")),
  step("order", column("id"), () => ({ ascending: false })),
  step("order", column("name"), () => ({ nullsFirst: true })),
  step("limit", number),
  step("range", number, (values) => values.number() + 4001),
  step("range", () => 0, number),
  step("limit", number, () => ({ referencedTable: "doctors" })),
  step("eq", column("doctors.name"), text),
] as const;

const SELECTS = ["*, doctors()", "id, doctors(name)", "id, doctors!inner(name)", "n:name, doctors(id::text)"];

const reads = fc
  .record({
    select: fc.constantFrom(...SELECTS),
    count: fc.constantFrom(undefined, "exact", "estimated"),
    head: fc.boolean(),
    steps: fc.array(fc.constantFrom(...FILTERS, ...TAILS), { maxLength: 5 }),
    end: fc.constantFrom(undefined, "single", "csv", "stripNulls", "explain"),
  })
  .map(({ select, count, head, steps, end }) => (client: PostgrestClient, values: Values) => {
    const start = client.from("patients").select(select, { count, head }) as unknown as AnyBuilder;
    const made = steps.reduce((builder, [, take]) => take(builder, values), start);
    return end === undefined ? made : (made[end]?.() ?? made);
  });

const row = (values: Values, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.map((key) => [key, key === "tags" ? values.list() : values.text()]));

const writes = fc
  .record({
    keys: fc.constantFrom(["id"], ["id", "name"], ["name", "id"], ["id", "tags"]),
    many: fc.boolean(),
    method: fc.constantFrom("insert", "upsert", "ignore", "update", "delete"),
    select: fc.constantFrom(undefined, "id", "*, doctors(name)"),
    filter: fc.constantFrom(...FILTERS),
  })
  .map(({ keys, many, method, select, filter }) => (client: PostgrestClient, values: Values) => {
    const patients = client.from("patients");
    const rows = many
      ? Array.from({ length: (values.number() % 3) + 1 }, () => row(values, keys))
      : row(values, keys);
    const start = {
      insert: () => patients.insert(rows),
      upsert: () => patients.upsert(rows),
      ignore: () => patients.upsert(rows, { onConflict: "name", ignoreDuplicates: true }),
      update: () => patients.update(row(values, keys)),
      delete: () => patients.delete(),
    }[method]() as unknown as AnyBuilder;
    const made = method === "update" || method === "delete" ? filter[1](start, values) : start;
    return select === undefined ? made : (made["select"]?.(select) ?? made);
  });

const calls = fc
  .record({
    most: fc.boolean(),
    get: fc.boolean(),
    steps: fc.array(fc.constantFrom(...TAILS.slice(0, 6)), { maxLength: 2 }),
  })
  .map(({ most, get, steps }) => (client: PostgrestClient, values: Values) => {
    const args = { term: values.text(), ...(most ? { most: values.number() } : {}) };
    const start = client.rpc("search", args, { get }) as unknown as AnyBuilder;
    return steps.reduce((builder, [, take]) => take(builder, values), start);
  });

const anyCall = fc.oneof({ weight: 3, arbitrary: reads }, writes, calls);
const seed = fc.nat({ max: 1000 });

test("requests that differ in values only have one key and one text", async () => {
  await fc.assert(
    fc.asyncProperty(anyCall, seed, seed, async (make, one, other) => {
      const [a, b] = [
        await requestOf((client) => make(client, valuesOf(one))),
        await requestOf((client) => make(client, valuesOf(other))),
      ];
      expect(shapeKey(b)).toStrictEqual(shapeKey(a));
      expect(compiled(b)).toEqual(compiled(a));
    }),
    { numRuns: 1000 },
  );
});

test("requests with one key have one text, so a text from the cache is the right one", async () => {
  await fc.assert(
    fc.asyncProperty(anyCall, anyCall, seed, async (one, other, values) => {
      const [a, b] = [
        await requestOf((client) => one(client, valuesOf(values))),
        await requestOf((client) => other(client, valuesOf(values))),
      ];
      const oneText = JSON.stringify(compiled(a)) === JSON.stringify(compiled(b));
      const oneKey = isDeepStrictEqual(shapeKey(a), shapeKey(b));
      expect(oneKey && !oneText).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

/** The places of one row's JSON and of its values, of which a statement takes the ones or the others. */
function formsOf({ action }: ApiRequest, operands: Operands): readonly (readonly number[])[] {
  if (!("payload" in action) || action.payload.kind !== "json" || action.payload.scalars === undefined)
    return [];
  const first = operands.slotOf(action.payload);
  return [[first], action.payload.scalars.map((_, index) => first + 1 + index)];
}

test("no value is in the text, and every value is among the parameters", async () => {
  await fc.assert(
    fc.asyncProperty(anyCall, seed, async (make, values) => {
      const request = await requestOf((client) => make(client, valuesOf(values)));
      const { text: sql, params } = compiled(request);
      expect(sql).not.toMatch(/v\d{4,}|x\d{4,}/);
      const filled = encodeParams(params, { operands: collectOperands(request).values });
      expect(filled.every((value) => value === null || typeof value === "string")).toBe(true);
      const used = new Set(params.flatMap((param) => (param.kind === "operand" ? [param.slot] : [])));
      // Under `delete` the payload that was drawn is not asked for; everything that is, is used.
      const operands = collectOperands(request);
      const either = formsOf(request, operands).find((form) => form.some((slot) => !used.has(slot))) ?? [];
      expect([...used, ...either].toSorted((a, b) => a - b)).toEqual(operands.values.map((_, slot) => slot));
    }),
    { numRuns: 500 },
  );
});

describe("requests of different shape have different keys", () => {
  type Chain = (client: PostgrestClient) => PromiseLike<unknown>;
  const DIFFERENT: readonly Chain[] = [
    (db) => db.from("patients").select(),
    (db) => db.from("doctors").select(),
    (db) => db.schema("billing").from("patients").select(),
    (db) => db.from("patients").select("id"),
    (db) => db.from("patients").select("id, name"),
    (db) => db.from("patients").select("name, id"),
    (db) => db.from("patients").select("n:id"),
    (db) => db.from("patients").select("id::text"),
    (db) => db.from("patients").select("id.sum()"),
    (db) => db.from("patients").select("id.sum()::text"),
    (db) => db.from("patients").select("data->a"),
    (db) => db.from("patients").select("data->>a"),
    (db) => db.from("patients").select("data->>b"),
    (db) => db.from("patients").select("data->0"),
    (db) => db.from("patients").select("data->1"),
    (db) => db.from("patients").select("doctors(id)"),
    (db) => db.from("patients").select("doctors!inner(id)"),
    (db) => db.from("patients").select("doctors!fk(id)"),
    (db) => db.from("patients").select("d:doctors(id)"),
    (db) => db.from("patients").select("...doctors(id)"),
    (db) => db.from("patients").select("doctors(name)"),
    (db) => db.from("patients").select("*", { head: true }),
    (db) => db.from("patients").select("*", { count: "exact" }),
    (db) => db.from("patients").select("*", { count: "planned" }),
    (db) => db.from("patients").select().eq("id", 1),
    (db) => db.from("patients").select().eq("name", 1),
    (db) => db.from("patients").select().eq("data->>id", 1),
    (db) => db.from("patients").select().eq("data->id", 1),
    (db) => db.from("patients").select("doctors()").eq("id", 1),
    (db) => db.from("patients").select("doctors()").eq("doctors.id", 1),
    (db) => db.from("patients").select().neq("id", 1),
    (db) => db.from("patients").select().not("id", "eq", 1),
    (db) => db.from("patients").select().filter("id", "eq(any)", "{1}"),
    (db) => db.from("patients").select().filter("id", "eq(all)", "{1}"),
    (db) => db.from("patients").select().in("id", [1]),
    (db) => db.from("patients").select().isDistinct("id", 1),
    (db) => db.from("patients").select().is("id", null),
    (db) => db.from("patients").select().is("id", "not_null"),
    (db) => db.from("patients").select().is("id", true),
    // A list becomes an array literal or JSON, as the column has it; a text stays as it is.
    (db) => db.from("patients").select().contains("tags", ["a"]),
    (db) => db.from("patients").select().contains("tags", "{a}"),
    (db) => db.from("patients").select().textSearch("name", "a"),
    (db) => db.from("patients").select().textSearch("name", "a", { config: "english" }),
    (db) => db.from("patients").select().textSearch("name", "a", { type: "phrase" }),
    (db) => db.from("patients").select().or("id.eq.1,name.eq.a"),
    (db) => db.from("patients").select().or("name.eq.a,id.eq.1"),
    (db) => db.from("patients").select().or("and(id.eq.1,name.eq.a)"),
    (db) => db.from("patients").select().or("not.and(id.eq.1,name.eq.a)"),
    (db) => db.from("patients").select().eq("id", 1).eq("name", "a"),
    (db) => db.from("patients").select().order("id"),
    (db) => db.from("patients").select().order("id", { ascending: false }),
    (db) => db.from("patients").select().order("id", { nullsFirst: true }),
    (db) => db.from("patients").select().order("id", { nullsFirst: false }),
    (db) => db.from("patients").select().order("id").order("name"),
    (db) => db.from("patients").select("doctors()").order("doctors(id)"),
    (db) => db.from("patients").select("doctors()").order("id", { referencedTable: "doctors" }),
    (db) => db.from("patients").select().limit(1),
    (db) => db.from("patients").select().range(1, 2),
    (db) => db.from("patients").select("doctors()").limit(1),
    (db) => db.from("patients").select("doctors()").limit(1, { referencedTable: "doctors" }),
    (db) => db.from("patients").select().single(),
    (db) => db.from("patients").select().csv(),
    (db) => db.from("patients").select().geojson(),
    (db) => db.from("patients").select().stripNulls(),
    (db) => db.from("patients").select().explain(),
    (db) => db.from("patients").select().explain({ analyze: true }),
    (db) => db.from("patients").select().explain({ format: "json" }),
    (db) => db.from("patients").insert({ id: 1 }),
    (db) => db.from("patients").insert([{ id: 1 }]),
    (db) => db.from("patients").insert({ name: 1 }),
    (db) => db.from("patients").insert({ id: 1, name: 1 }),
    (db) => db.from("patients").insert({ id: 1 }).select(),
    (db) => db.from("patients").insert({ id: 1 }).rollback(),
    (db) => db.from("patients").insert([{ id: 1 }], { defaultToNull: false }),
    (db) => db.from("patients").insert({ id: 1 }, { count: "exact" }),
    (db) => db.from("patients").upsert({ id: 1 }),
    (db) => db.from("patients").upsert({ id: 1 }, { onConflict: "name" }),
    (db) => db.from("patients").upsert({ id: 1 }, { ignoreDuplicates: true }),
    (db) => db.from("patients").update({ id: 1 }),
    (db) => db.from("patients").update({ id: 1 }).maxAffected(1),
    (db) => db.from("patients").update([{ id: 1, name: "a" }], { by: "id" }),
    (db) => db.from("patients").update([{ id: 1, name: "a" }], { by: "name" }),
    (db) => db.from("patients").delete(),
    (db) => db.from("patients").delete().eq("id", 1),
    (db) => db.rpc("search", { term: "a" }),
    (db) => db.rpc("other", { term: "a" }),
    (db) => db.rpc("search", { term: "a", most: 1 }),
    (db) => db.rpc("search", { term: "a" }, { get: true }),
    (db) => db.rpc("search", { term: "a" }, { head: true }),
  ];

  test("each of these from all the others", async () => {
    const keys = new Map<string, string>();
    for (const chain of DIFFERENT) {
      const key = JSON.stringify(shapeKey(await requestOf(chain)));
      expect(keys.get(key), `${String(chain)} has the key of another`).toBeUndefined();
      keys.set(key, String(chain));
    }
    expect(keys.size).toBe(DIFFERENT.length);
  });
});
