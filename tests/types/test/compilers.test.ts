import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, type CompilerName, COMPILERS } from "../src/compilers.ts";
import { fixtureTypes } from "../src/fixture-types.ts";
import { recordedQueries } from "../src/recorded-queries.ts";
import { NOT_ALLOWED, twinsOf, twinsSource } from "../src/twins-source.ts";
import { COMPILER_OPTIONS, Workbench } from "../src/workbench.ts";

const compilers = Object.keys(COMPILERS) as CompilerName[];

let types: string;

beforeAll(async () => {
  types = await fixtureTypes();
});

describe.each(compilers)("%s", (compiler) => {
  it("finds every recorded answer to be what its query's type says", async () => {
    using bench = new Workbench(`twins-${compiler.replaceAll(" ", "-")}`);
    bench.write("database.types.ts", types);
    const twins = twinsOf(await recordedQueries());
    expect(twins.length).toBeGreaterThan(400);
    const known = new Set(twins.map(({ id }) => id));
    expect(Object.keys(NOT_ALLOWED).filter((id) => !known.has(id))).toEqual([]);
    const source = twinsSource(twins);
    bench.write("twins.ts", source);
    const { errors } = await compile(
      compiler,
      bench.write(
        "tsconfig.json",
        JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ["twins.ts"] }),
      ),
    );
    expect(errors.map((error) => named(error, source)).join("\n")).toBe("");
  }, 120_000);
});

describe("TypeScript 5.5", () => {
  it("takes the type tests of the client, which vitest runs with today's compiler", async () => {
    const tests = fileURLToPath(new URL("../../../packages/supabase-shim/test/inference", import.meta.url));
    using bench = new Workbench("inference");
    const options = {
      ...COMPILER_OPTIONS,
      lib: ["es2023"],
      types: ["node"],
      customConditions: ["@offramp/source"],
      allowImportingTsExtensions: true,
    };
    const configuration = { compilerOptions: options, include: [`${tests}/*.ts`] };
    const { errors } = await compile(
      "TypeScript 5.5",
      bench.write("tsconfig.json", JSON.stringify(configuration)),
    );
    expect(errors.join("\n")).toBe("");
  }, 120_000);
});

/** The complaint with the case and the line that it is about. */
function named(error: string, source: string): string {
  const line = Number(/twins\.ts\((\d+),/.exec(error)?.[1]);
  const lines = source.split("\n");
  return `${lines[line - 2] ?? ""}\n  ${lines[line - 1] ?? ""}\n  ${error}`;
}
