import { describe, expect, test } from "vitest";

import { ok } from "../../src/errors/result.ts";
import type { Operation, SelectItem } from "../../src/request/index.ts";
import {
  parseFilter,
  printColumns,
  printFilter,
  printLogicTree,
  printOperation,
  printOrder,
  printSelect,
  printTreePath,
  quoteListElement,
} from "../../src/syntax/index.ts";

describe("plain values are printed as people write them", () => {
  test("select", () => {
    const items: SelectItem[] = [
      { kind: "field", field: { name: "*", path: [] } },
      { kind: "field", field: { name: "*", path: [] }, alias: "n", aggregate: "count" },
      { kind: "field", field: { name: "Open Hours", path: [] }, alias: "hours" },
      {
        kind: "field",
        field: {
          name: "data",
          path: [
            { arrow: "->", operand: { key: "a" } },
            { arrow: "->>", operand: { index: 0 } },
          ],
        },
        cast: "int",
        aggregate: "max",
      },
      {
        kind: "embed",
        relation: "branches",
        alias: "b",
        hint: "branches_fkey",
        join: "inner",
        select: [{ kind: "spread", relation: "scenes", select: [] }],
      },
    ];
    expect(printSelect(items)).toBe(
      '*,n:count(),hours:"Open Hours",data->a->>0::int.max(),b:branches!branches_fkey!inner(...scenes())',
    );
  });

  test("a hint that begins like a kind of join, and a key of digits, are quoted", () => {
    expect(
      printSelect([
        { kind: "embed", relation: "a", hint: "leftover", select: [] },
        {
          kind: "field",
          field: { name: "b", path: [{ arrow: "->", operand: { key: "1" } }] },
        },
      ]),
    ).toBe('a!"leftover"(),b->"1"');
  });

  test("logic tree", () => {
    expect(
      printLogicTree({
        kind: "group",
        operator: "or",
        negated: true,
        members: [
          {
            kind: "filter",
            field: { name: "id", path: [] },
            negated: true,
            operation: { kind: "in", values: ["1", "a,b"] },
          },
          {
            kind: "filter",
            field: { name: "full_name", path: [] },
            negated: false,
            operation: { kind: "compare", operator: "eq", value: 'Alan "Al" T.' },
          },
        ],
      }),
    ).toBe('not.or(id.not.in.(1,"a,b"),full_name.eq."Alan \\"Al\\" T.")');
  });

  test("filter, order, paths and columns", () => {
    expect(
      printFilter({
        negated: true,
        operation: { kind: "textSearch", operator: "fts", language: "english", value: "a, b" },
      }),
    ).toBe("not.fts(english).a, b");
    expect(
      printOrder([
        { field: { name: "a", path: [] }, direction: "desc", nulls: "last" },
        { field: { name: "b", path: [] }, relation: "c" },
      ]),
    ).toBe("a.desc.nullslast,c(b)");
    expect(printTreePath({ path: ["a"], field: { name: "b.c", path: [] } })).toBe('a."b.c"');
    expect(printColumns(["id", "a,b"])).toBe('id,"a,b"');
  });

  test.each([
    ["a", "a"],
    ["2026-01-10T10:00:00+00:00", "2026-01-10T10:00:00+00:00"],
    ["ada@example.com", "ada@example.com"],
    ["", '""'],
    ["a b", '"a b"'],
    ["a,b", '"a,b"'],
    ["(a)", '"(a)"'],
    ["{a}", '"{a}"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
  ])("list element %j", (value, printed) => {
    expect(quoteListElement(value)).toBe(printed);
  });
});

describe("values that have no text of their own", () => {
  test.each<[string, Operation, string]>([
    ["a list", { kind: "binary", operator: "cs", value: { list: ["a,b", 1, null] } }, 'cs.{"a,b",1,NULL}'],
    [
      "a list in a list",
      { kind: "compare", operator: "eq", quantifier: "any", value: { list: [[1, 2], [true]] } },
      "eq(any).{{1,2},{true}}",
    ],
    [
      "an object in a list",
      { kind: "binary", operator: "cs", value: { list: [{ a: 1 }] } },
      'cs.{"{\\"a\\":1}"}',
    ],
    ["distinct from null", { kind: "isDistinct", value: null }, "is.not_null"],
  ])("%s", (_, operation, printed) => {
    expect(printOperation(operation)).toBe(printed);
  });

  test("the list of one empty text is not printed as the empty list", () => {
    const printed = printOperation({ kind: "in", values: [""] });
    expect(parseFilter(printed)).toEqual(ok({ negated: false, operation: { kind: "in", values: ["", ""] } }));
  });
});
