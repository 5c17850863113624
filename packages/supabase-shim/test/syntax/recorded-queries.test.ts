import { describe, expect, test } from "vitest";

import type { RequestError } from "../../src/errors/request-error.ts";
import { err, type Result } from "../../src/errors/result.ts";
import {
  parseColumns,
  parseFilter,
  parseLogicTree,
  parseOrder,
  parseSelect,
  parseTreePath,
  printColumns,
  printFilter,
  printLogicTree,
  printOrder,
  printSelect,
  printTreePath,
} from "../../src/syntax/index.ts";
import { COLUMN_LISTS, FILTER_NAMES, FILTERS, LOGIC_TREES, ORDERS, SELECTS } from "./accepted-texts.ts";
import { value } from "./value.ts";

describe("what PostgREST accepted is read, and read the same after printing", () => {
  test.each(SELECTS)("select %j", (text) => {
    const items = value(parseSelect(text));
    expect(items.length).toBeGreaterThanOrEqual(text === "" ? 0 : 1);
    expect(value(parseSelect(printSelect(items)))).toEqual(items);
  });

  test.each(LOGIC_TREES)("or %j", (text) => {
    const tree = value(parseLogicTree("or", false, text));
    expect(tree).toMatchObject({ kind: "group", operator: "or", negated: false });
    const printed = printLogicTree(tree);
    expect(value(parseLogicTree("or", false, printed.slice("or".length)))).toEqual(tree);
  });

  test.each(ORDERS)("order %j", (text) => {
    const terms = value(parseOrder(text));
    expect(terms).toHaveLength(1);
    expect(value(parseOrder(printOrder(terms)))).toEqual(terms);
  });

  test.each(FILTER_NAMES)("filter name %j", (text) => {
    const name = value(parseTreePath(text));
    expect(value(parseTreePath(printTreePath(name)))).toEqual(name);
  });

  test.each(FILTERS)("filter %j", (text) => {
    const filter = value(parseFilter(text));
    expect(filter.negated).toBe(text.startsWith("not."));
    expect(value(parseFilter(printFilter(filter)))).toEqual(filter);
  });

  test.each(COLUMN_LISTS)("on_conflict %j", (text) => {
    const names = value(parseColumns(text, "on_conflict"));
    expect(names).toEqual(text.split(",").map((name) => name.trim()));
    expect(value(parseColumns(printColumns(names)))).toEqual(names);
  });
});

describe("what PostgREST refused is refused in the same words", () => {
  const or = (text: string) => parseLogicTree("or", false, text);

  test.each<[(text: string) => Result<unknown, RequestError>, string, { message: string; details: string }]>([
    [
      parseSelect,
      "id,",
      {
        message: '"failed to parse select parameter (id,)" (line 1, column 4)',
        details: 'unexpected end of input expecting "...", field name (* or [a..z0..9_$]), "*" or "count()"',
      },
    ],
    [
      parseSelect,
      "id,branches(id",
      {
        message: '"failed to parse select parameter (id,branches(id)" (line 1, column 15)',
        details:
          'unexpected end of input expecting letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input',
      },
    ],
    [
      parseSelect,
      "id;droptablex",
      {
        message: '"failed to parse select parameter (id;droptablex)" (line 1, column 3)',
        details: `unexpected ';' expecting letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input`,
      },
    ],
    [
      parseSelect,
      "rmr.median()",
      {
        message: '"failed to parse select parameter (rmr.median())" (line 1, column 5)',
        details: 'unexpected "m" expecting "sum", "avg", "count", "max" or "min"',
      },
    ],
    [
      parseFilter,
      "is.x",
      {
        message: '"failed to parse filter (is.x)" (line 1, column 4)',
        details: 'unexpected "x" expecting isVal: (null, not_null, true, false, unknown)',
      },
    ],
    [
      parseFilter,
      "nope.1",
      {
        message: '"failed to parse filter (nope.1)" (line 1, column 1)',
        details: 'unexpected "p" expecting "not" or operator (eq, gt, ...)',
      },
    ],
    [
      or,
      "(id.eq)",
      {
        message: '"failed to parse logic tree ((id.eq))" (line 1, column 9)',
        details: 'unexpected ")" expecting operator (eq, gt, ...)',
      },
    ],
    [
      or,
      "(and(id.eq.1)",
      {
        message: '"failed to parse logic tree ((and(id.eq.1))" (line 1, column 16)',
        details: 'unexpected end of input expecting "," or ")"',
      },
    ],
    [
      or,
      "()",
      {
        message: '"failed to parse logic tree (())" (line 1, column 4)',
        details:
          'unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)',
      },
    ],
  ])("%o %j", (parse, text, words) => {
    expect(parse(text)).toEqual(err({ kind: "syntax", ...words }));
  });
});
