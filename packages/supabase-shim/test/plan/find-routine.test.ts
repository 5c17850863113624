import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/plan/index.ts";
import type { Routine } from "../../src/schema-cache/index.ts";
import { cacheOf, routine, table } from "../schema-cache/small-catalog.ts";
import { planOf, refusalOf } from "./plan-of.ts";

/** The types of the chosen overload's parameters, which tell the overloads of these tests apart. */
async function chosen(
  routines: readonly Routine[],
  args: object,
  options: { get?: boolean } = {},
): Promise<readonly string[]> {
  const plan: Plan = await planOf(cacheOf({ routines }), (db) => db.rpc("f", args, options));
  if (plan.kind !== "call") throw new Error(`A ${plan.kind}`);
  switch (plan.arguments.kind) {
    case "json":
      return plan.arguments.parameters.map(({ name, type }) => `${name} ${type}`);
    case "named":
      return plan.arguments.values.map(({ parameter }) => `${parameter.name} ${parameter.type}`);
    case "unnamed":
      return [plan.arguments.type];
    case "none":
      return [];
  }
}

describe("overloads are told apart by the names of the arguments", () => {
  const routines = [
    routine("f", []),
    routine("f", ["a"]),
    routine("f", ["a", "b:text"]),
    routine("f", ["c", "d?"]),
  ];

  test.each([
    [{}, []],
    [{ a: 1 }, ["a integer"]],
    [{ b: "x", a: 1 }, ["a integer", "b text"]],
    [{ c: 1 }, ["c integer"]],
    [{ c: 1, d: 2 }, ["c integer", "d integer"]],
  ])("%j", async (args, expected) => {
    expect(await chosen(routines, args)).toEqual(expected);
    expect(await chosen(routines, args, { get: true })).toEqual(expected);
  });

  test("an argument that no overload has is none's", async () => {
    const refusal = await refusalOf(cacheOf({ routines }), (db) => db.rpc("f", { a: 1, z: 2 }));
    expect(refusal).toEqual({
      status: 404,
      code: "PGRST202",
      message: "Could not find the function public.f(a, z) in the schema cache",
      details:
        "Searched for the function public.f with parameters a, z or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
      hint: "Perhaps you meant to call the function public.f(a, b)",
    });
  });

  test("two that fit are an error that names both", async () => {
    const both = [routine("f", ["a"]), routine("f", ["a", "b?:text"])];
    expect(await refusalOf(cacheOf({ routines: both }), (db) => db.rpc("f", { a: 1 }))).toEqual({
      status: 300,
      code: "PGRST203",
      message:
        "Could not choose the best candidate function between: public.f(a => integer), public.f(a => integer, b => text)",
      details: null,
      hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
    });
  });
});

describe("a single unnamed parameter", () => {
  test("takes the body where no names fit", async () => {
    const routines = [routine("f", ["a"]), routine("f", [":json"])];
    expect(await chosen(routines, { a: 1 })).toEqual(["a integer"]);
    expect(await chosen(routines, { b: 1 })).toEqual(["json"]);
  });

  test("takes none from a GET", async () => {
    const refusal = await refusalOf(cacheOf({ routines: [routine("f", [":json"])] }), (db) =>
      db.rpc("f", { a: 1 }, { get: true }),
    );
    expect(refusal).toMatchObject({
      code: "PGRST202",
      details:
        "Searched for the function public.f with parameter a, but no matches were found in the schema cache.",
    });
  });

  test("as json and as jsonb cannot be told apart", async () => {
    const routines = [routine("f", [":json"]), routine("f", [":jsonb"])];
    expect(await refusalOf(cacheOf({ routines }), (db) => db.rpc("f", { a: 1 }))).toMatchObject({
      code: "PGRST203",
    });
  });
});

describe("a variadic parameter", () => {
  test("need not be given", async () => {
    const routines = [routine("f", ["...rest:text[]"])];
    expect(await chosen(routines, {})).toEqual([]);
    expect(await chosen(routines, { rest: ["a", "b"] })).toEqual(["rest text[]"]);
  });
});

describe("what a function returns", () => {
  const people = table("people", ["id", "name:text"]);
  const returns = async (parts: Partial<Routine>): Promise<unknown> => {
    const plan = await planOf(cacheOf({ tables: [people], routines: [routine("f", [], parts)] }), (db) =>
      db.rpc("f"),
    );
    return plan.kind === "call" ? [plan.returns, plan.returnsSet, plan.read.alias] : plan.kind;
  };

  test("rows of a relation go by its name, values by the function's", async () => {
    const rows = { returnsComposite: true, returnType: { schema: "public", name: "people" } };
    expect(await returns({ ...rows, returnsSet: true })).toEqual(["rows", true, "people"]);
    expect(await returns(rows)).toEqual(["rows", false, "people"]);
    expect(await returns({})).toEqual(["values", false, "f"]);
    expect(await returns({ returnType: { schema: "pg_catalog", name: "void" } })).toEqual([
      "nothing",
      false,
      "f",
    ]);
  });

  test("runs read-only unless it is volatile, and always by GET", async () => {
    const readOnly = async (volatility: Routine["volatility"], get: boolean): Promise<unknown> => {
      const cache = cacheOf({ routines: [routine("f", [], { volatility })] });
      const plan = await planOf(cache, (db) => db.rpc("f", {}, { get }));
      return plan.kind === "call" && plan.readOnly;
    };
    expect(await readOnly("volatile", false)).toBe(false);
    expect(await readOnly("volatile", true)).toBe(true);
    expect(await readOnly("stable", false)).toBe(true);
    expect(await readOnly("immutable", false)).toBe(true);
  });

  test("max-affected counts rows, so the function must return a set", async () => {
    const cache = cacheOf({ routines: [routine("f", [])] });
    expect(await refusalOf(cache, (db) => db.rpc("f").maxAffected(1))).toMatchObject({ code: "PGRST128" });
  });
});
