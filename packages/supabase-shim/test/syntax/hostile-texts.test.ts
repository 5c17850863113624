import { describe, expect, test } from "vitest";

import type { RequestError } from "../../src/errors/request-error.ts";
import type { Result } from "../../src/errors/result.ts";
import {
  parseColumns,
  parseFilter,
  parseLogicTree,
  parseOrder,
  parseSelect,
  parseTreePath,
} from "../../src/syntax/index.ts";

const or = (text: string) => parseLogicTree("or", false, text);
const MEGABYTE = 1_000_000;

/** The text, again and again, up to a megabyte. */
const repeat = (text: string): string => text.repeat(Math.floor(MEGABYTE / text.length));

type Parse = (text: string) => Result<unknown, RequestError>;

describe("nesting has an end", () => {
  const TOO_DEEP = { error: { kind: "syntax", details: "nested more than 500 levels deep" } };

  test.each<[string, Parse, string]>([
    ["embeds", parseSelect, "a(".repeat(2000) + ")".repeat(2000)],
    ["open embeds", parseSelect, "a(".repeat(2000)],
    ["spreads", parseSelect, "...a(".repeat(2000) + ")".repeat(2000)],
    ["JSON paths", parseSelect, `a${"->b".repeat(2000)}`],
    ["JSON paths of filters", parseTreePath, `a${"->0".repeat(2000)}`],
    ["groups", or, `(${"and(".repeat(2000)}a.eq.1${")".repeat(2001)}`],
    ["open groups", or, `(${repeat("not.and(")}`],
  ])("%s", (_, parse, text) => {
    expect(parse(text)).toMatchObject(TOO_DEEP);
  });

  test("500 levels are read", () => {
    expect(parseSelect("a(".repeat(500) + ")".repeat(500)).ok).toBe(true);
    expect(or(`(${"and(".repeat(499)}a.eq.1${")".repeat(500)}`).ok).toBe(true);
  });

  test("the error points at the first parenthesis too many", () => {
    expect(parseSelect("a(".repeat(501))).toMatchObject({
      error: { message: expect.stringContaining("(line 1, column 1002)") as string },
    });
  });
});

/** The timeout is the measure: a time that grows with the square of the length would be hours. */
const LIMIT_MS = 15_000;

describe("a megabyte is read in a time that grows with its length", () => {
  test.each<[string, Parse, string]>([
    ["one name", parseSelect, repeat("a")],
    ["letters beyond ASCII", parseSelect, repeat("é")],
    ["dashes", parseSelect, `${repeat("a-")}a`],
    ["columns", parseSelect, `${repeat("name,")}name`],
    ["blanks", parseSelect, `a${repeat(" ")}b`],
    ["digits", parseSelect, `a->${repeat("1")}`],
    ["a quote full of escapes", parseSelect, `"${repeat('\\"')}"`],
    ["conditions", or, `(${repeat("a.eq.1,")}a.eq.1)`],
    ["conditions with open quotes", or, `(${repeat('a.eq."\\",')}a.eq.1)`],
    ["conditions with open braces", or, `(${repeat("a.eq.{,")}a.eq.1)`],
    ["a list", parseFilter, `in.(${repeat('"a",')}"a")`],
    ["a list of half-quoted values", parseFilter, `in.(${repeat('"a"b,')}"a")`],
    ["a value", parseFilter, `eq.${repeat("(")}`],
    ["order terms", parseOrder, `${repeat("a.desc.nullslast,")}a`],
    ["column names", parseColumns, `${repeat('"a" , ')}a`],
    ["a path", parseTreePath, `${repeat("a.")}a`],
  ])(
    "accepted: %s",
    (_, parse, text) => {
      expect(parse(text).ok).toBe(true);
    },
    LIMIT_MS,
  );

  test.each<[string, Parse, string]>([
    ["colons", parseSelect, repeat("a:")],
    ["arrows", parseSelect, `a${repeat("->b")}`],
    ["quotes", parseSelect, repeat('"')],
    ["a quote that does not end", parseSelect, `"${repeat("a")}`],
  ])(
    "refused: %s",
    (_, parse, text) => {
      expect(parse(text).ok).toBe(false);
    },
    LIMIT_MS,
  );
});
