import { describe, expect, test } from "vitest";

import { err, ok } from "../../src/errors/result.ts";
import type { Operation } from "../../src/request/index.ts";
import { parseFilter } from "../../src/syntax/index.ts";

describe("operations", () => {
  test.each<[string, Operation]>([
    ["eq.1", { kind: "compare", operator: "eq", value: "1" }],
    ["eq.", { kind: "compare", operator: "eq", value: "" }],
    ["eq.a.b,c)", { kind: "compare", operator: "eq", value: "a.b,c)" }],
    ['eq."a"', { kind: "compare", operator: "eq", value: '"a"' }],
    ["eq.two\nlines", { kind: "compare", operator: "eq", value: "two\nlines" }],
    ["gte.1", { kind: "compare", operator: "gte", value: "1" }],
    ["gt.1", { kind: "compare", operator: "gt", value: "1" }],
    ["lte.1", { kind: "compare", operator: "lte", value: "1" }],
    ["lt.1", { kind: "compare", operator: "lt", value: "1" }],
    ["like.*a*", { kind: "compare", operator: "like", value: "*a*" }],
    ["ilike.%a%", { kind: "compare", operator: "ilike", value: "%a%" }],
    ["match.^a", { kind: "compare", operator: "match", value: "^a" }],
    ["imatch.^a", { kind: "compare", operator: "imatch", value: "^a" }],
    ["eq(any).{1,2}", { kind: "compare", operator: "eq", quantifier: "any", value: "{1,2}" }],
    ["like(all).{a%,b%}", { kind: "compare", operator: "like", quantifier: "all", value: "{a%,b%}" }],
    ["neq.1", { kind: "binary", operator: "neq", value: "1" }],
    ["cs.{a,b}", { kind: "binary", operator: "cs", value: "{a,b}" }],
    ["cd.[1,2)", { kind: "binary", operator: "cd", value: "[1,2)" }],
    ["ov.{a}", { kind: "binary", operator: "ov", value: "{a}" }],
    ["sl.(1,2)", { kind: "binary", operator: "sl", value: "(1,2)" }],
    ["sr.(1,2)", { kind: "binary", operator: "sr", value: "(1,2)" }],
    ["nxr.(1,2)", { kind: "binary", operator: "nxr", value: "(1,2)" }],
    ["nxl.(1,2)", { kind: "binary", operator: "nxl", value: "(1,2)" }],
    ["adj.(1,2)", { kind: "binary", operator: "adj", value: "(1,2)" }],
    ["isdistinct.x", { kind: "isDistinct", value: "x" }],
    ["isdistinct.null", { kind: "isDistinct", value: "null" }],
    ["fts.cats", { kind: "textSearch", operator: "fts", value: "cats" }],
    ["fts(english).a & b", { kind: "textSearch", operator: "fts", language: "english", value: "a & b" }],
    ["plfts.a b", { kind: "textSearch", operator: "plfts", value: "a b" }],
    ["phfts(simple).a", { kind: "textSearch", operator: "phfts", language: "simple", value: "a" }],
    ["wfts.a or b", { kind: "textSearch", operator: "wfts", value: "a or b" }],
    ["is.null", { kind: "is", value: "null" }],
    ["is.NULL", { kind: "is", value: "null" }],
    ["is.Not_Null", { kind: "is", value: "not_null" }],
    ["is.true", { kind: "is", value: "true" }],
    ["is.FALSE", { kind: "is", value: "false" }],
    ["is.unknown", { kind: "is", value: "unknown" }],
    ["is.nullable", { kind: "is", value: "null" }],
  ])("%j", (text, operation) => {
    expect(parseFilter(text)).toEqual(ok({ negated: false, operation }));
    expect(parseFilter(`not.${text}`)).toEqual(ok({ negated: true, operation }));
  });

  test.each<[string, string[]]>([
    ["in.()", []],
    ['in.("")', []],
    ["in.(1)", ["1"]],
    ["in.(1,2)", ["1", "2"]],
    ["in. ( 1, 2 ) ", ["1", " 2 "]],
    ["in.(,)", ["", ""]],
    ['in.("a,b","c)","d\\"e","f\\\\g")', ["a,b", "c)", 'd"e', "f\\g"]],
    ['in.("a"b,c"d)', ['"a"b', 'c"d']],
    ['in.( "a", "b")', ["a", ' "b"']],
    ["in.(1,2)rest", ["1", "2"]],
  ])("%j", (text, values) => {
    expect(parseFilter(text)).toEqual(ok({ negated: false, operation: { kind: "in", values } }));
  });
});

describe("errors", () => {
  test.each([
    ["val", 1, 'unexpected "v" expecting "not" or operator (eq, gt, ...)'],
    ["noop.0", 1, 'unexpected "o" expecting "not" or operator (eq, gt, ...)'],
    ["nope.1", 1, 'unexpected "p" expecting "not" or operator (eq, gt, ...)'],
    ["", 1, 'unexpected end of input expecting "not" or operator (eq, gt, ...)'],
    ["fts().value", 5, 'unexpected ")" expecting operator (eq, gt, ...)'],
    ["eq().value", 4, 'unexpected ")" expecting operator (eq, gt, ...)'],
    ["is().value", 3, 'unexpected "(" expecting operator (eq, gt, ...)'],
    ["in().value", 3, 'unexpected "(" expecting operator (eq, gt, ...)'],
    ["eq", 3, "unexpected end of input expecting operator (eq, gt, ...)"],
    ["is.x", 4, 'unexpected "x" expecting isVal: (null, not_null, true, false, unknown)'],
    ["is.nu", 6, "unexpected end of input expecting isVal: (null, not_null, true, false, unknown)"],
    ["in.1,2", 4, 'unexpected "1" expecting "("'],
    ["in.(1,2", 8, 'unexpected end of input expecting "," or ")"'],
    ["not.not.eq.1", 5, 'unexpected "n" expecting operator (eq, gt, ...)'],
  ])("%j fails at column %i", (text, column, details) => {
    expect(parseFilter(text)).toEqual(
      err({
        kind: "syntax",
        message: `"failed to parse filter (${text})" (line 1, column ${column})`,
        details,
      }),
    );
  });
});
