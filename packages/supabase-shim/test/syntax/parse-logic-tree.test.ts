import { describe, expect, test } from "vitest";

import { err, ok } from "../../src/errors/result.ts";
import type { Filter, LogicTree } from "../../src/request/index.ts";
import { parseLogicPath, parseLogicTree } from "../../src/syntax/index.ts";

const equals = (name: string, value: string): Filter => ({
  kind: "filter",
  field: { name, path: [] },
  negated: false,
  operation: { kind: "compare", operator: "eq", value },
});

const isNull = (name: string): Filter => ({
  kind: "filter",
  field: { name, path: [] },
  negated: false,
  operation: { kind: "is", value: "null" },
});

describe("trees", () => {
  test.each<[string, LogicTree[]]>([
    ["(id.eq.1,name.is.null)", [equals("id", "1"), isNull("name")]],
    [" ( id.eq.1,  name.is.null) ", [equals("id", "1"), isNull("name")]],
    ["(id.eq.1 , name.is.null)", [equals("id", "1 "), isNull("name")]],
    ['("a.b".eq.1)', [equals("a.b", "1")]],
    ['(a.eq."x, (y) \\"z\\"")', [equals("a", 'x, (y) "z"')]],
    ['(a.eq."x"y)', [equals("a", '"x"y')]],
    ["(a.eq.{1,2},b.is.null)", [equals("a", "{1,2}"), isNull("b")]],
    ["(a.eq.{{1}},b.is.null)", [equals("a", "{{1}}"), isNull("b")]],
    ["(a.eq.)", [equals("a", "")]],
    ["(a.eq.1.5)", [equals("a", "1.5")]],
    ["(or.eq.1,not.eq.2)", [equals("or", "1"), equals("not", "2")]],
    ["(id.eq.1)and the rest is not read", [equals("id", "1")]],
  ])("%j", (text, members) => {
    expect(parseLogicTree("or", false, text)).toEqual(
      ok({ kind: "group", operator: "or", negated: false, members }),
    );
  });

  test("groups within groups, negated or not", () => {
    expect(parseLogicTree("and", true, "(a.eq.1,not.or(b.eq.2,and(c.eq.3)))")).toEqual(
      ok({
        kind: "group",
        operator: "and",
        negated: true,
        members: [
          equals("a", "1"),
          {
            kind: "group",
            operator: "or",
            negated: true,
            members: [
              equals("b", "2"),
              { kind: "group", operator: "and", negated: false, members: [equals("c", "3")] },
            ],
          },
        ],
      }),
    );
  });

  test("negated operations, JSON paths, lists", () => {
    expect(parseLogicTree("or", false, '(a->>b.not.in.(1,"2,3"),c->0.not.is.null)')).toEqual(
      ok({
        kind: "group",
        operator: "or",
        negated: false,
        members: [
          {
            kind: "filter",
            field: { name: "a", path: [{ arrow: "->>", operand: { key: "b" } }] },
            negated: true,
            operation: { kind: "in", values: ["1", "2,3"] },
          },
          {
            kind: "filter",
            field: { name: "c", path: [{ arrow: "->", operand: { index: 0 } }] },
            negated: true,
            operation: { kind: "is", value: "null" },
          },
        ],
      }),
    );
  });
});

describe("errors count columns from the operator", () => {
  test.each([
    [
      "()",
      4,
      'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
    ],
    ["(id.in.1,2,id.eq.3)", 10, 'unexpected "1" expecting "("'],
    [")(", 3, 'unexpected ")" expecting "("'],
    ["(ord(id.eq.1,id.eq.1),id.eq.2)", 6, 'unexpected "d" expecting "("'],
    ["(id.eq.1,not.xor(id.eq.2,id.eq.3))", 16, 'unexpected "x" expecting logic operator (and, or)'],
    ["(id.eq)", 9, 'unexpected ")" expecting operator (eq, gt, ...)'],
    [
      "((and(id.eq.1))",
      4,
      'unexpected "(" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
    ],
    ["(id.is.null )", 15, 'unexpected ")" expecting ","'],
    ["(and(id.eq.1)", 16, 'unexpected end of input expecting "," or ")"'],
    ["(a.b.eq.1)", 6, 'unexpected "b" expecting "not" or operator (eq, gt, ...)'],
  ])("%j fails at column %i", (text, column, details) => {
    expect(parseLogicTree("or", false, text)).toEqual(
      err({
        kind: "syntax",
        message: `"failed to parse logic tree (${text})" (line 1, column ${column})`,
        details,
      }),
    );
  });

  test("a longer operator moves the column", () => {
    expect(parseLogicTree("and", false, "(ord(id.eq.1,id.eq.1),id.eq.2)")).toMatchObject({
      error: { message: expect.stringContaining("(line 1, column 7)") as string },
    });
  });

  test("a negation counts too", () => {
    expect(parseLogicTree("or", true, "()")).toMatchObject({
      error: { message: '"failed to parse logic tree (())" (line 1, column 8)' },
    });
  });
});

describe("parameter names", () => {
  test.each([
    ["or", { path: [], operator: "or", negated: false }],
    ["and", { path: [], operator: "and", negated: false }],
    ["not.or", { path: [], operator: "or", negated: true }],
    ["clients.or", { path: ["clients"], operator: "or", negated: false }],
    ["clients.not.and", { path: ["clients"], operator: "and", negated: true }],
    ["not.clients.and", { path: ["clients"], operator: "and", negated: true }],
    ["not.not.or", { path: [], operator: "or", negated: true }],
    ['a."b.c".or', { path: ["a", "b.c"], operator: "or", negated: false }],
  ])("%j", (text, expected) => {
    expect(parseLogicPath(text)).toEqual(ok(expected));
  });

  test.each([
    ["", 1],
    ["clients.xor", 12],
    ["clients..or", 9],
  ])("%j fails at column %i", (text, column) => {
    expect(parseLogicPath(text)).toMatchObject({
      error: {
        kind: "syntax",
        message: `"failed to parse logic path (${text})" (line 1, column ${column})`,
      },
    });
  });
});
