import { expect, test } from "vitest";

import { arrayLiteral, type ArrayElement } from "../../src/request/array-literal.ts";

// The expected texts follow PostgreSQL's manual, section "Array Input and Output Syntax".
test.each<[string, readonly ArrayElement[], string]>([
  ["no element", [], "{}"],
  ["plain texts", ["a", "b c"], '{a,"b c"}'],
  ["an empty text", [""], '{""}'],
  ["null and the text NULL", [null, "NULL", "null"], '{NULL,"NULL","null"}'],
  ["delimiters, braces and blanks", ["a,b", "{c}", " d "], '{"a,b","{c}"," d "}'],
  ["quotes and backslashes", ['say "x"', "a\\b", '\\"'], '{"say \\"x\\"","a\\\\b","\\\\\\""}'],
  ["letters beyond ASCII and line breaks", ["né😀", "a\nb"], '{né😀,"a\nb"}'],
  [
    "an array of arrays",
    [
      ["1", "2"],
      ["3", null],
    ],
    "{{1,2},{3,NULL}}",
  ],
  ["three dimensions", [[["a"], ["b"]]], "{{{a},{b}}}"],
  ["empty arrays", [[], []], "{{},{}}"],
])("%s", (_, values, literal) => {
  expect(arrayLiteral(values)).toBe(literal);
});
