import { expect, test } from "vitest";

import { checkLayers } from "../../../scripts/checks/layers/check-layers.ts";
import type { LayerTable } from "../../../scripts/checks/layers/layer-table.ts";
import { fileTree } from "../src/file-tree.ts";

const shim = "packages/supabase-shim/src";

/** A table of its own: these tests are about the checker, `pnpm check` is about the house. */
const layerTable: LayerTable = {
  packages: ["@offramp/db", "@offramp/audit", "@offramp/supabase-shim", "@offramp/cli"],
  hiddenDrivers: { postgres: "@offramp/db" },
  measuredDrivers: { postgres: "@offramp/bench" },
  rooms: {
    "@offramp/supabase-shim": {
      request: { rooms: [] },
      plan: { rooms: [{ name: "request" }] },
      sql: { rooms: [{ name: "plan", only: "types" }] },
      types: { rooms: [], typesOnly: true },
      pipeline: { rooms: [{ name: "plan" }, { name: "sql" }], packages: ["@offramp/db"] },
      client: { rooms: [{ name: "request" }, { name: "pipeline", only: ["run"] }] },
      http: { rooms: [{ name: "request" }, { name: "pipeline", only: ["run"] }] },
      index: { rooms: [{ name: "client" }, { name: "pipeline" }] },
    },
  },
};

/** A workspace in order; each test adds what breaks it. */
const sound = {
  "packages/db/src/index.ts": `export { driver } from "./driver.ts";`,
  "packages/db/src/driver.ts": `import postgres from "postgres";\nexport const driver = postgres;`,
  "packages/audit/src/index.ts": `import { driver } from "@offramp/db";\nexport const trail = driver;`,
  [`${shim}/index.ts`]: `export { run } from "./pipeline.ts";\nexport { client } from "./client/client.ts";`,
  [`${shim}/pipeline.ts`]: `import { driver } from "@offramp/db";\nimport { plan } from "./plan/plan.ts";\nexport const run = [driver, plan];`,
  [`${shim}/client/client.ts`]: `import { run } from "../pipeline.ts";\nexport const client = run;`,
  [`${shim}/request/request.ts`]: `export interface Request {}`,
  [`${shim}/plan/plan.ts`]: `import type { Request } from "../request/request.ts";\nexport interface Plan { of: Request }\nexport const plan = 1;`,
  [`${shim}/sql/compile.ts`]: `import type { Plan } from "../plan/plan.ts";\nexport const compile = (plan: Plan) => plan;`,
};

function violationsOf(files: Readonly<Record<string, string>>): readonly string[] {
  return checkLayers(fileTree(files), layerTable).violations;
}

test("a workspace in order has no violations, and every file and import of it was read", () => {
  const report = checkLayers(fileTree(sound), layerTable);
  expect(report).toEqual({ violations: [], filesRead: 9, importsRead: 10 });
});

test.each([
  ["import", `import { compile } from "../sql/compile.ts";\nexport const x = compile;`],
  ["type import", `import type { compile } from "../sql/compile.ts";\nexport type X = typeof compile;`],
  ["re-export", `export { compile } from "../sql/compile.ts";`],
  ["star re-export", `export * from "../sql/compile.ts";`],
  ["side-effect import", `import "../sql/compile.ts";`],
  ["dynamic import", `export const x = () => import("../sql/compile.ts");`],
  ["import in type position", `export type X = import("../sql/compile.ts").compile;`],
  ["require", `export const x = require("../sql/compile.ts");`],
  ["import assignment", `import x = require("../sql/compile.ts");\nexport default x;`],
])("a door that reaches for SQL is reported: %s", (_form, source) => {
  expect(violationsOf({ ...sound, [`${shim}/client/query.ts`]: source })).toEqual([
    `${shim}/client/query.ts:1  "client" may not import "sql"; it may import request, pipeline`,
  ]);
});

test("an import in a comment or a text is none", () => {
  const source = `// import "../sql/compile.ts";\nexport const x = 'import "../sql/compile.ts"';`;
  expect(violationsOf({ ...sound, [`${shim}/client/query.ts`]: source })).toEqual([]);
});

test("where the table says types, a value may not be imported", () => {
  const source = `import { plan } from "../plan/plan.ts";\nexport const x = plan;`;
  expect(violationsOf({ ...sound, [`${shim}/sql/read.ts`]: source })).toEqual([
    `${shim}/sql/read.ts:1  "sql" may import only types of "plan": use \`import type\``,
  ]);
});

test("a door may take one function of the pipeline and nothing else", () => {
  const source = `import { run, warmUp } from "../pipeline.ts";\nexport const x = [run, warmUp];`;
  expect(violationsOf({ ...sound, [`${shim}/http/serve.ts`]: source })).toEqual([
    `${shim}/http/serve.ts:1  "http" may import only run of "pipeline"`,
  ]);
});

test("a folder that the table does not know is reported", () => {
  expect(violationsOf({ ...sound, [`${shim}/cache/cache.ts`]: "export const x = 1;" })).toEqual([
    `${shim}/cache/cache.ts:1  the layer table has no room "cache": move the file or extend DESIGN.md and the table`,
  ]);
});

test("a file directly in src that the table does not know is reported", () => {
  expect(violationsOf({ ...sound, [`${shim}/setup.ts`]: "export const x = 1;" })).toEqual([
    `${shim}/setup.ts:1  the layer table has no room "setup": move the file or extend DESIGN.md and the table`,
  ]);
});

test("code that runs is reported in a folder of types", () => {
  const files = {
    ...sound,
    [`${shim}/types/select.ts`]: "export type Select = string;",
    [`${shim}/types/parse.ts`]: "export const parse = 1;",
  };
  expect(violationsOf(files)).toEqual([
    `${shim}/types/parse.ts:1  "types" holds types only, but this file has code that runs`,
  ]);
});

test("a pure room may not import from npm or Node", () => {
  const source = `import { readFileSync } from "node:fs";\nimport { z } from "zod";\nexport const x = [readFileSync, z];`;
  expect(violationsOf({ ...sound, [`${shim}/plan/pass.ts`]: source })).toEqual([
    `${shim}/plan/pass.ts:1  "plan" may not import node:fs; it may import none`,
    `${shim}/plan/pass.ts:2  "plan" may not import zod; it may import none`,
  ]);
});

test("a circle is reported with its way around, also when only types go round", () => {
  const files = {
    ...sound,
    "packages/db/src/a.ts": `import type { B } from "./b.ts";\nexport interface A { b: B }`,
    "packages/db/src/b.ts": `import type { C } from "./c.ts";\nexport interface B { c: C }`,
    "packages/db/src/c.ts": `import type { A } from "./a.ts";\nexport interface C { a: A }`,
  };
  expect(violationsOf(files)).toEqual([
    "packages/db/src/a.ts -> packages/db/src/b.ts -> packages/db/src/c.ts -> packages/db/src/a.ts  files import each other in a circle",
  ]);
});

test("a package may not import one above it", () => {
  const source = `import { run } from "@offramp/supabase-shim";\nexport const x = run;`;
  expect(violationsOf({ ...sound, "packages/db/src/up.ts": source })).toEqual([
    "packages/db/src/up.ts:1  @offramp/db may not import @offramp/supabase-shim: packages import downwards, @offramp/db <- @offramp/audit <- @offramp/supabase-shim <- @offramp/cli",
  ]);
});

test("a package's tests may share a private package, which the package itself may not import", () => {
  const source = `import { fixture } from "@offramp/tests-fixture";\nexport const x = fixture;`;
  const files = {
    ...sound,
    "tests/fixture/package.json": `{ "name": "@offramp/tests-fixture", "private": true }`,
    "tests/fixture/src/index.ts": "export const fixture = 1;",
    "packages/db/test/shared.test.ts": source,
    "packages/db/src/shared.ts": source,
  };
  expect(violationsOf(files)).toEqual([
    "packages/db/src/shared.ts:1  @offramp/db may not import @offramp/tests-fixture: packages import downwards, @offramp/db <- @offramp/audit <- @offramp/supabase-shim <- @offramp/cli",
  ]);
});

test("a package, a test and an example reach another package by name only", () => {
  const byPath = `import { driver } from "../../db/src/driver.ts";\nexport const x = driver;`;
  const byEntry = `import { driver } from "@offramp/db/src/driver.ts";\nexport const x = driver;`;
  const files = {
    ...sound,
    "packages/audit/src/by-path.ts": byPath,
    "packages/audit/src/by-entry.ts": byEntry,
    "examples/clinic/package.json": `{ "name": "@offramp/example-clinic" }`,
    "examples/clinic/main.ts": byPath.replace("../../db", "../../packages/db"),
  };
  expect(violationsOf(files)).toEqual([
    "packages/audit/src/by-entry.ts:1  reaches into @offramp/db; use one of its entries",
    "packages/audit/src/by-path.ts:1  reaches into @offramp/db by path; import it by name",
    "examples/clinic/main.ts:1  reaches into @offramp/db by path; import it by name",
  ]);
});

test("the driver is imported by one file", () => {
  const source = `import postgres from "postgres";\nexport const x = postgres;`;
  const files = { ...sound, "packages/db/src/second.ts": source, "packages/audit/src/third.ts": source };
  expect(violationsOf(files)).toEqual([
    `packages/audit/src/third.ts:1  only @offramp/db may import the driver "postgres", in one file of its src`,
    `packages/db/src/second.ts:1  a second file imports the driver "postgres"; the first is packages/db/src/driver.ts`,
  ]);
});

test("a relative import of a file that does not exist is reported", () => {
  expect(violationsOf({ ...sound, "packages/db/src/x.ts": `export * from "./gone.ts";` })).toEqual([
    "packages/db/src/x.ts:1  ./gone.ts does not exist",
  ]);
});

test("a project inside a package, with a package.json of its own, is read where it is installed", () => {
  const files = {
    ...sound,
    "tests/consumers/package.json": `{ "name": "@offramp/tests-consumers" }`,
    "tests/consumers/src/main.ts": `import "@offramp/db";`,
    "tests/consumers/app/main.ts": `import "./generated.ts";`,
  };
  expect(violationsOf(files)).toEqual(["tests/consumers/app/main.ts:1  ./generated.ts does not exist"]);
  expect(violationsOf({ ...files, "tests/consumers/app/package.json": "{}" })).toEqual([]);
});

test("what is published may not import what is not", () => {
  const files = {
    ...sound,
    "packages/db/src/x.ts": `export * from "../test/x.ts";`,
    "packages/db/test/x.ts": "export {};",
  };
  expect(violationsOf(files)).toEqual([
    "packages/db/src/x.ts:1  src imports packages/db/test/x.ts, which is not published with it",
  ]);
});

test("in a room, an import whose module is computed is reported, for nobody can tell what it reads", () => {
  const source = "export const load = (name: string) => import(name);";
  const files = { ...sound, "packages/db/src/load.ts": source, [`${shim}/plan/load.ts`]: source };
  expect(violationsOf(files)).toEqual([
    "packages/supabase-shim/src/plan/load.ts:1  the imported module is computed; name it, so that it can be checked",
  ]);
});

test("an empty tree fails", () => {
  expect(violationsOf({})).toEqual([
    "packages/  no package was found",
    "packages/  not a single import was read",
  ]);
});

test("a package without a single source file fails", () => {
  const files = { ...sound, "packages/cli/README.md": "Nothing yet." };
  expect(violationsOf(files)).toEqual(["packages/cli/src  no source file was read"]);
});

test("a package that the table does not know fails", () => {
  const files = { ...sound, "packages/extra/src/index.ts": "export const x = 1;" };
  expect(violationsOf(files)).toEqual([`packages/extra  the layer table has no package "@offramp/extra"`]);
});

test("a file that cannot be parsed does not pass for one without imports", () => {
  const files = { ...sound, "packages/db/src/broken.ts": `import { from "./nowhere` };
  expect(() => violationsOf(files)).toThrow(SyntaxError);
});
