import { describe, expect, test } from "vitest";

import { err, ok } from "../../src/errors/result.ts";
import type { SelectField, SelectItem } from "../../src/request/index.ts";
import { parseSelect } from "../../src/syntax/index.ts";

const column = (name: string, rest: Partial<SelectField> = {}): SelectField => ({
  kind: "field",
  field: { name, path: [] },
  ...rest,
});

const failure = (text: string, place: string, details: string): unknown =>
  err({
    kind: "syntax",
    message: `"failed to parse select parameter (${text})" ${place}`,
    details,
  });

describe("columns", () => {
  test.each<[string, SelectItem[]]>([
    ["", []],
    ["id", [column("id")]],
    ["*", [column("*")]],
    ["id,name", [column("id"), column("name")]],
    [" id , name ", [column("id"), column("name")]],
    ['"Open Hours"', [column("Open Hours")]],
    ["Open Hours", [column("Open Hours")]],
    ["with-dash", [column("with-dash")]],
    ["123", [column("123")]],
    ["_", [column("_")]],
    ["$", [column("$")]],
    ['":"', [column(":")]],
    ['"a,b"', [column("a,b")]],
    ['"quo\\"ted"', [column('quo"ted')]],
    ['"back\\\\slash"', [column("back\\slash")]],
    ['" kept "', [column(" kept ")]],
    ["naïve", [column("naïve")]],
    ["名前", [column("名前")]],
    ["count", [column("count")]],
    ["alias:name", [column("name", { alias: "alias" })]],
    ['"my alias":name', [column("name", { alias: "my alias" })]],
    ["alias: name", [column("name", { alias: "alias" })]],
    ["name::cast", [column("name", { cast: "cast" })]],
    ["name::double precision", [column("name", { cast: "double precision" })]],
    ["alias:name::text", [column("name", { alias: "alias", cast: "text" })]],
  ])("%j", (text, expected) => {
    expect(parseSelect(text)).toEqual(ok(expected));
  });
});

describe("JSON paths", () => {
  const key = (arrow: "->" | "->>", name: string) => ({ arrow, operand: { key: name } });
  const index = (arrow: "->" | "->>", at: number) => ({ arrow, operand: { index: at } });

  test.each<[string, SelectField["field"]["path"]]>([
    ["data->text", [key("->", "text")]],
    ["data->>text", [key("->>", "text")]],
    ["data->!@#$%^&*_a", [key("->", "!@#$%^&*_a")]],
    ["data->a->>b", [key("->", "a"), key("->>", "b")]],
    ["data->some-key->>other", [key("->", "some-key"), key("->>", "other")]],
    ['data->"a.b"->>"c,d"', [key("->", "a.b"), key("->>", "c,d")]],
    ["data->1", [index("->", 1)]],
    ["data->>-1", [index("->>", -1)]],
    ["data->0->>1", [index("->", 0), index("->>", 1)]],
    ["data->1a", [key("->", "1a")]],
    ["data->1 ", [key("->", "1")]],
    ['data->"1"', [key("->", "1")]],
  ])("%j", (text, path) => {
    expect(parseSelect(text)).toEqual(ok([{ kind: "field", field: { name: "data", path } }]));
  });

  test("digits are an index before a cast, an aggregate and a comma, but a key before a parenthesis", () => {
    expect(parseSelect("a->0::int,a->0.sum(),a->0,b(a->0)")).toEqual(
      ok([
        { kind: "field", field: { name: "a", path: [index("->", 0)] }, cast: "int" },
        { kind: "field", field: { name: "a", path: [index("->", 0)] }, aggregate: "sum" },
        { kind: "field", field: { name: "a", path: [index("->", 0)] } },
        {
          kind: "embed",
          relation: "b",
          select: [{ kind: "field", field: { name: "a", path: [key("->", "0")] } }],
        },
      ]),
    );
  });

  test("an index that no integer can hold stays a number", () => {
    const result = parseSelect(`data->${"9".repeat(400)}`);
    expect(result).toEqual(
      ok([{ kind: "field", field: { name: "data", path: [index("->", Number.MAX_SAFE_INTEGER)] } }]),
    );
  });

  test("alias, path and cast together", () => {
    expect(parseSelect("alias:name->!@#$%^&*_a::cast")).toEqual(
      ok([
        {
          kind: "field",
          alias: "alias",
          field: { name: "name", path: [key("->", "!@#$%^&*_a")] },
          cast: "cast",
        },
      ]),
    );
  });
});

describe("aggregates", () => {
  test.each<[string, SelectItem]>([
    ["count()", column("*", { aggregate: "count" })],
    ["n:count()", column("*", { aggregate: "count", alias: "n" })],
    ["count()::int", column("*", { aggregate: "count", aggregateCast: "int" })],
    ["rmr.sum()", column("rmr", { aggregate: "sum" })],
    ["rmr.avg()", column("rmr", { aggregate: "avg" })],
    ["rmr.min()", column("rmr", { aggregate: "min" })],
    ["rmr.max()", column("rmr", { aggregate: "max" })],
    ["rmr.count()", column("rmr", { aggregate: "count" })],
    [
      "a:rmr::int.avg()::text",
      column("rmr", { alias: "a", cast: "int", aggregate: "avg", aggregateCast: "text" }),
    ],
    ["a::int::text", column("a", { cast: "int" })],
  ])("%j", (text, expected) => {
    expect(parseSelect(text)).toEqual(ok([expected]));
  });
});

describe("embeds and spreads", () => {
  test.each<[string, Partial<SelectItem>]>([
    ["rel(*)", {}],
    ["alias:rel(*)", { alias: "alias" }],
    ["rel!hint(*)", { hint: "hint" }],
    ["rel!inner(*)", { join: "inner" }],
    ["rel!left(*)", { join: "left" }],
    ["rel!hint!inner(*)", { hint: "hint", join: "inner" }],
    ["alias:rel!inner!hint(*)", { alias: "alias", hint: "hint", join: "inner" }],
    ['rel!"left hand"(*)', { hint: "left hand" }],
    ["rel!inner!left(*)", { join: "inner" }],
    ["rel!first!second(*)", { hint: "first" }],
  ])("%j", (text, expected) => {
    expect(parseSelect(text)).toEqual(
      ok([{ kind: "embed", relation: "rel", select: [column("*")], ...expected }]),
    );
  });

  test.each<[string, Partial<SelectItem>]>([
    ["...rel(*)", {}],
    ["...rel!hint!inner(*)", { hint: "hint", join: "inner" }],
  ])("%j", (text, expected) => {
    expect(parseSelect(text)).toEqual(
      ok([{ kind: "spread", relation: "rel", select: [column("*")], ...expected }]),
    );
  });

  test("nested, empty and mixed", () => {
    expect(parseSelect("*,client(*,nested(*)),empty(),...spread(id)")).toEqual(
      ok([
        column("*"),
        {
          kind: "embed",
          relation: "client",
          select: [column("*"), { kind: "embed", relation: "nested", select: [column("*")] }],
        },
        { kind: "embed", relation: "empty", select: [] },
        { kind: "spread", relation: "spread", select: [column("id")] },
      ]),
    );
  });

  test("a relation named count can be spread but not embedded", () => {
    expect(parseSelect("...count(id)").ok).toBe(true);
    expect(parseSelect("count(id)").ok).toBe(false);
  });
});

describe("what follows the list is not read", () => {
  test.each([
    ["id::text)--", [column("id", { cast: "text" })]],
    ["id)rest", [column("id")]],
    ["(", []],
    [";drop table x", []],
    ["😀", []],
    ["* ,id", []],
  ])("%j", (text, expected) => {
    expect(parseSelect(text)).toEqual(ok(expected));
  });
});

describe("errors", () => {
  const ANY_DETAILS = expect.any(String) as string;
  const AFTER_NAME = 'letter, digit, "-", "->>", "->", "::", ".", ")", "," or end of input';

  test.each([
    [
      "id,",
      "(line 1, column 4)",
      'unexpected end of input expecting "...", field name (* or [a..z0..9_$]), "*" or "count()"',
    ],
    ["id,clients(name[])", "(line 1, column 16)", `unexpected '[' expecting ${AFTER_NAME}`],
    [
      "data->>-78xy",
      "(line 1, column 11)",
      `unexpected 'x' expecting digit, "->", "::", ".", "," or end of input`,
    ],
    ["id;drop", "(line 1, column 3)", `unexpected ';' expecting ${AFTER_NAME}`],
    ["name!hint", "(line 1, column 5)", `unexpected '!' expecting ${AFTER_NAME}`],
    ["name::", "(line 1, column 7)", "unexpected end of input expecting letter or digit"],
    ["data->>--34", "(line 1, column 9)", 'unexpected "-" expecting digit'],
    ["data->>-xy-4", "(line 1, column 9)", 'unexpected "x" expecting digit'],
    ["rmr.median()", "(line 1, column 5)", 'unexpected "m" expecting "sum", "avg", "count", "max" or "min"'],
    ["rmr.stddev()", "(line 1, column 5)", 'unexpected "t" expecting "sum"'],
    ['"open', "(line 1, column 6)", 'unexpected end of input expecting "\\\\" or "\\""'],
    ["é,é;", "(line 1, column 4)", `unexpected ';' expecting ${AFTER_NAME}`],
    ["a,😀", "(line 1, column 3)", ANY_DETAILS],
    ['"😀";', "(line 1, column 4)", ANY_DETAILS],
    ["\tid;", "(line 1, column 11)", ANY_DETAILS],
    ["id\n", "(line 1, column 3)", ANY_DETAILS],
    ['"a\nb";', "(line 2, column 3)", ANY_DETAILS],
    ["id,* ,x", "(line 1, column 5)", `unexpected ' ' expecting ")", "," or end of input`],
    ["rel(id) ", "(line 1, column 9)", 'unexpected end of input expecting ","'],
    ["rel!leftover(id)", "(line 1, column 4)", ANY_DETAILS],
    ["a:b:c", "(line 1, column 4)", 'unexpected "c" expecting "::"'],
  ])("%j fails at %s", (text, place, details) => {
    expect(parseSelect(text)).toEqual(failure(text, place, details));
  });
});
