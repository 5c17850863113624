import { describe, expect, test } from "vitest";
import { fittingAlias } from "../../src/plan/passes/alias.ts";
import { encodeParams, type Encoding } from "../../src/plan/index.ts";
import type { OperandValue } from "../../src/request/index.ts";

const encoded = (value: OperandValue, encoding: Encoding): string | null | undefined =>
  encodeParams([{ kind: "operand", slot: 0, encoding }], { operands: [value] })[0];

describe("a value becomes a parameter's text", () => {
  test.each<[OperandValue, Encoding, string | null]>([
    ["it's", "text", "it's"],
    [null, "text", null],
    ["a*b%", "text", "a*b%"],
    // PostgREST's way to write % in a URL.
    ["a*b%", "pattern", "a%b%"],
    [["a*", "b"], "patternArray", `{a%,b}`],
    ["{a*}", "patternArray", "{a%}"],
    [["a", `b"\\`, "NULL", ""], "array", String.raw`{a,"b\"\\","NULL",""}`],
    ["{1,2}", "array", "{1,2}"],
    [{ list: [1, true, null, "x", undefined] }, "array", `{1,true,NULL,x,NULL}`],
    [{ list: [[1, 2], [3]] }, "array", `{{1,2},{3}}`],
    [{ list: [new Date(0), { a: 1 }] }, "array", String.raw`{1970-01-01T00:00:00.000Z,"{\"a\":1}"}`],
    [{ list: [1, "a", null] }, "json", `[1,"a",null]`],
    [`{"a":1}`, "json", `{"a":1}`],
    [[], "array", "{}"],
  ])("%j as %s", (value, encoding, expected) => {
    expect(encoded(value, encoding)).toBe(expected);
  });

  test("constants and the call's record stand beside them", () => {
    const params = [
      { kind: "constant", text: "key" },
      { kind: "audit", field: "actor_id" },
      { kind: "audit", field: "ip" },
      { kind: "operand", slot: 1, encoding: "text" },
    ] as const;
    expect(encodeParams(params, { operands: ["a", "b"], audit: { actor_id: "ada" } })).toEqual([
      "key",
      "ada",
      null,
      "b",
    ]);
    // Never a statement without its record.
    expect(() => encodeParams(params, { operands: ["a", "b"] })).toThrow("record");
  });
});

describe("aliases fit into PostgreSQL's 63 bytes", () => {
  test("short ones are left alone", () => {
    expect(fittingAlias("a".repeat(63))).toBe("a".repeat(63));
  });

  test("long ones are cut, and told apart by all of their text", () => {
    const [one, other] = ["x", "y"].map((end) => fittingAlias(`${"é".repeat(50)}${end}`));
    for (const alias of [one, other]) expect(Buffer.byteLength(alias ?? "")).toBeLessThanOrEqual(63);
    expect(one).not.toBe(other);
    expect(fittingAlias(`${"é".repeat(50)}x`)).toBe(one);
  });
});
