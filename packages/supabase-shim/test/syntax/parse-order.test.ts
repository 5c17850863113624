import { describe, expect, test } from "vitest";

import { err, ok } from "../../src/errors/result.ts";
import type { OrderTerm } from "../../src/request/index.ts";
import { parseOrder } from "../../src/syntax/index.ts";

const name = { name: "name", path: [] };
const key = (of: string) => ({ arrow: "->" as const, operand: { key: of } });

describe("terms", () => {
  test.each<[string, OrderTerm[]]>([
    ["name", [{ field: name }]],
    ["name.asc", [{ field: name, direction: "asc" }]],
    ["name.desc", [{ field: name, direction: "desc" }]],
    ["name.nullsfirst", [{ field: name, nulls: "first" }]],
    ["name.desc.nullsfirst", [{ field: name, direction: "desc", nulls: "first" }]],
    [
      "json_col->key.asc.nullslast",
      [{ field: { name: "json_col", path: [key("key")] }, direction: "asc", nulls: "last" }],
    ],
    [
      "json_col->!@#$%^&*_a.asc.nullslast",
      [{ field: { name: "json_col", path: [key("!@#$%^&*_a")] }, direction: "asc", nulls: "last" }],
    ],
    [
      "a->0.desc",
      [{ field: { name: "a", path: [{ arrow: "->", operand: { index: 0 } }] }, direction: "desc" }],
    ],
    [
      "clients(json_col->key).desc.nullsfirst",
      [
        {
          relation: "clients",
          field: { name: "json_col", path: [key("key")] },
          direction: "desc",
          nulls: "first",
        },
      ],
    ],
    [
      "name,clients(name),id",
      [{ field: name }, { relation: "clients", field: name }, { field: { name: "id", path: [] } }],
    ],
    [" name , name.desc", [{ field: name }, { field: name, direction: "desc" }]],
    ["Open Hours.asc", [{ field: { name: "Open Hours", path: [] }, direction: "asc" }]],
    ['"a.desc".asc', [{ field: { name: "a.desc", path: [] }, direction: "asc" }]],
  ])("%j", (text, terms) => {
    expect(parseOrder(text)).toEqual(ok(terms));
  });
});

describe("errors", () => {
  const DIRECTION = '"asc", "desc", "nullsfirst" or "nullslast"';

  test.each([
    [
      "clients(name,id)",
      8,
      `unexpected '(' expecting letter, digit, "-", "->>", "->", delimiter (.), "," or end of input`,
    ],
    ["id.ac", 4, `unexpected "c" expecting ${DIRECTION}`],
    ["id.descc", 8, `unexpected 'c' expecting delimiter (.), "," or end of input`],
    ["id.nulsfist", 4, `unexpected "n" expecting ${DIRECTION}`],
    ["id.nullslasttt", 13, `unexpected 't' expecting "," or end of input`],
    ["id.smth34", 4, `unexpected "s" expecting ${DIRECTION}`],
    ["id.asc.nlsfst", 8, 'unexpected "l" expecting "nullsfirst" or "nullslast"'],
    ["id.asc.nullslasttt", 17, `unexpected 't' expecting "," or end of input`],
    ["id.asc.smth34", 8, 'unexpected "s" expecting "nullsfirst" or "nullslast"'],
    ["", 1, "unexpected end of input expecting field name (* or [a..z0..9_$])"],
    ["id.asc ", 7, `unexpected ' ' expecting delimiter (.), "," or end of input`],
    ["id,", 4, "unexpected end of input expecting field name (* or [a..z0..9_$])"],
  ])("%j fails at column %i", (text, column, details) => {
    expect(parseOrder(text)).toEqual(
      err({
        kind: "syntax",
        message: `"failed to parse order (${text})" (line 1, column ${column})`,
        details,
      }),
    );
  });
});
