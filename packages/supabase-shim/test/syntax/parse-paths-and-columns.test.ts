import { describe, expect, test } from "vitest";

import { ok } from "../../src/errors/result.ts";
import { parseColumns, parseEmbedPath, parseTreePath, type TreePath } from "../../src/syntax/index.ts";

describe("tree paths", () => {
  test.each<[string, TreePath]>([
    ["id", { path: [], field: { name: "id", path: [] } }],
    ["a.b", { path: ["a"], field: { name: "b", path: [] } }],
    ["a.b.c", { path: ["a", "b"], field: { name: "c", path: [] } }],
    ['"dotted.name"', { path: [], field: { name: "dotted.name", path: [] } }],
    ['a."b.c"', { path: ["a"], field: { name: "b.c", path: [] } }],
    ["Open Hours", { path: [], field: { name: "Open Hours", path: [] } }],
    [" padded ", { path: [], field: { name: "padded", path: [] } }],
    [
      "a.b->json->>path",
      {
        path: ["a"],
        field: {
          name: "b",
          path: [
            { arrow: "->", operand: { key: "json" } },
            { arrow: "->>", operand: { key: "path" } },
          ],
        },
      },
    ],
    ["a->0", { path: [], field: { name: "a", path: [{ arrow: "->", operand: { index: 0 } }] } }],
    // Reading stops at what does not belong.
    ["a,b", { path: [], field: { name: "a", path: [] } }],
    ["a(b)", { path: [], field: { name: "a", path: [] } }],
    ["a->b,c", { path: [], field: { name: "a", path: [{ arrow: "->", operand: { key: "b" } }] } }],
  ])("%j", (text, treePath) => {
    expect(parseTreePath(text)).toEqual(ok(treePath));
  });

  test.each([
    ["", 1],
    ["*", 1],
    ["a.", 3],
    [".a", 1],
    ["a->", 4],
    ['"a', 3],
  ])("%j fails at column %i", (text, column) => {
    expect(parseTreePath(text)).toMatchObject({
      error: {
        kind: "syntax",
        message: `"failed to parse tree path (${text})" (line 1, column ${column})`,
      },
    });
  });
});

describe("embed paths", () => {
  test.each([
    ["clients", ["clients"]],
    ["a.b", ["a", "b"]],
    ['"a.b".c', ["a.b", "c"]],
  ])("%j", (text, path) => {
    expect(parseEmbedPath(text)).toEqual(ok(path));
  });

  test.each([
    ["", 1],
    ["a,b", 2],
    ["a->b", 4],
    ["a.", 3],
  ])("%j fails at column %i", (text, column) => {
    expect(parseEmbedPath(text)).toMatchObject({
      error: {
        kind: "syntax",
        message: `"failed to parse tree path (${text})" (line 1, column ${column})`,
      },
    });
  });
});

describe("columns", () => {
  test.each([
    ["id", ["id"]],
    ["user_id,tier", ["user_id", "tier"]],
    ["user_id, tier", ["user_id", "tier"]],
    ['"ID" , "a,b"', ["ID", "a,b"]],
    ["a-b,c d", ["a-b", "c d"]],
    ["a,b;c", ["a", "b"]],
  ])("%j", (text, names) => {
    expect(parseColumns(text)).toEqual(ok(names));
  });

  test.each([
    ["", 1],
    ["a,", 3],
    [",a", 1],
  ])("%j fails at column %i", (text, column) => {
    expect(parseColumns(text)).toMatchObject({
      error: {
        kind: "syntax",
        message: `"failed to parse columns parameter (${text})" (line 1, column ${column})`,
      },
    });
    expect(parseColumns(text, "on_conflict")).toMatchObject({
      error: {
        message: `"failed to parse on_conflict parameter (${text})" (line 1, column ${column})`,
      },
    });
  });
});
