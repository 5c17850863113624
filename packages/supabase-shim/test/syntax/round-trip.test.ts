import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { RequestError } from "../../src/errors/request-error.ts";
import type { Result } from "../../src/errors/result.ts";
import type { LogicTree } from "../../src/request/index.ts";
import {
  parseColumns,
  parseEmbedPath,
  parseFilter,
  parseLogicPath,
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
import {
  field,
  filterLike,
  grammarLike,
  logicGroup,
  logicLike,
  operation,
  orderTerms,
  selectItems,
  text,
} from "./arbitraries.ts";
import { value } from "./value.ts";

/** Prints a group and reads it again. `printLogicTree` writes the operator, which is the parameter's name. */
function rereadTree(tree: LogicTree): Result<LogicTree, RequestError> {
  const printed = printLogicTree(tree);
  const [, not, operator, rest] = /^(not\.)?(and|or)(.*)$/s.exec(printed) ?? [];
  if (operator !== "and" && operator !== "or") throw new Error(`not a group: ${printed}`);
  return parseLogicTree(operator, not !== undefined, rest ?? "");
}

describe("what is printed reads as the same value", () => {
  const RUNS = { numRuns: 500 };

  test("select", () => {
    const property = fc.property(selectItems, (items) => {
      expect(value(parseSelect(printSelect(items)))).toEqual(items);
    });
    fc.assert(property, RUNS);
  });

  test("filter", () => {
    const filters = fc.record({ negated: fc.boolean(), operation });
    const property = fc.property(filters, (filter) => {
      expect(value(parseFilter(printFilter(filter)))).toEqual(filter);
    });
    fc.assert(property, RUNS);
  });

  test("logic tree", () => {
    const property = fc.property(logicGroup, (tree) => {
      expect(value(rereadTree(tree))).toEqual(tree);
    });
    fc.assert(property, RUNS);
  });

  test("order", () => {
    const property = fc.property(orderTerms, (terms) => {
      expect(value(parseOrder(printOrder(terms)))).toEqual(terms);
    });
    fc.assert(property, RUNS);
  });

  test("tree path", () => {
    const treePaths = fc.record({ path: fc.array(text, { maxLength: 3 }), field });
    const property = fc.property(treePaths, (treePath) => {
      expect(value(parseTreePath(printTreePath(treePath)))).toEqual(treePath);
    });
    fc.assert(property, RUNS);
  });

  test("columns", () => {
    const lists = fc.array(text, { minLength: 1, maxLength: 5 });
    const property = fc.property(lists, (names) => {
      expect(value(parseColumns(printColumns(names)))).toEqual(names);
    });
    fc.assert(property, RUNS);
  });
});

describe("whatever is accepted survives printing, and whatever is not is refused in words", () => {
  const RUNS = { numRuns: 3000 };

  const textsLike = (likely: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.oneof(likely, grammarLike, text);

  /** The result of reading what was accepted once more; a refusal stays as it is. */
  function again<T>(
    result: Result<T, RequestError>,
    reread: (accepted: T) => Result<T, RequestError>,
  ): Result<T, RequestError> {
    return result.ok ? reread(result.value) : result;
  }

  /** The result itself if it was accepted, else what a refusal looks like. */
  function proper(result: Result<unknown, RequestError>): unknown {
    if (result.ok) return result;
    const error = {
      kind: "syntax",
      message: expect.stringMatching(/^"failed to parse [^]*" \(line \d+, column \d+\)$/) as string,
      details: expect.stringMatching(/^unexpected /) as string,
    };
    return { ok: false, error };
  }

  test("select", () => {
    const property = fc.property(textsLike(grammarLike), (given) => {
      const result = parseSelect(given);
      const reread = again(result, (items) => parseSelect(printSelect(items)));
      expect(reread).toEqual(proper(result));
    });
    fc.assert(property, RUNS);
  });

  test("filter", () => {
    const property = fc.property(textsLike(filterLike), (given) => {
      const result = parseFilter(given);
      const reread = again(result, (filter) => parseFilter(printFilter(filter)));
      expect(reread).toEqual(proper(result));
    });
    fc.assert(property, RUNS);
  });

  test("logic tree", () => {
    const property = fc.property(textsLike(logicLike), (given) => {
      const result = parseLogicTree("and", false, `(${given})`);
      expect(again(result, rereadTree)).toEqual(proper(result));
    });
    fc.assert(property, RUNS);
  });

  test("order", () => {
    const property = fc.property(textsLike(grammarLike), (given) => {
      const result = parseOrder(given);
      const reread = again(result, (terms) => parseOrder(printOrder(terms)));
      expect(reread).toEqual(proper(result));
    });
    fc.assert(property, RUNS);
  });

  test("tree path", () => {
    const property = fc.property(textsLike(grammarLike), (given) => {
      const result = parseTreePath(given);
      const reread = again(result, (treePath) => parseTreePath(printTreePath(treePath)));
      expect(reread).toEqual(proper(result));
    });
    fc.assert(property, RUNS);
  });

  test("columns", () => {
    const property = fc.property(textsLike(grammarLike), (given) => {
      const result = parseColumns(given);
      const reread = again(result, (names) => parseColumns(printColumns(names)));
      expect(reread).toEqual(proper(result));
    });
    fc.assert(property, RUNS);
  });

  test("paths that are not printed", () => {
    const property = fc.property(textsLike(grammarLike), (given) => {
      for (const result of [parseLogicPath(given), parseEmbedPath(given)]) {
        expect(result).toEqual(proper(result));
      }
    });
    fc.assert(property, RUNS);
  });
});
