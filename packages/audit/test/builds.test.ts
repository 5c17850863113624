import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import buildOptions from "../tsdown.config.ts";
import type * as context from "../src/context/with-actor.ts";
import type * as root from "../src/package-root.ts";

type Built = typeof context & typeof root;

/** The package's own build options, applied to the two files whose behaviour depends on how they are loaded. */
describe("the ESM and the CJS build", () => {
  let folder: string;
  let esm: Built;
  let secondEsm: Built;
  let cjs: Built;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "offramp-audit-"));
    const source = (file: string): string =>
      JSON.stringify(fileURLToPath(new URL(`../src/${file}`, import.meta.url)));
    const entry = path.join(folder, "entry.ts");
    await writeFile(
      entry,
      `export * from ${source("context/with-actor.ts")};\nexport * from ${source("package-root.ts")};\n`,
    );
    await build({
      ...buildOptions,
      config: false,
      cwd: folder,
      entry: [entry],
      outDir: path.join(folder, "dist"),
      dts: false,
      sourcemap: false,
      logLevel: "error",
    });
    const module = pathToFileURL(path.join(folder, "dist/entry.mjs")).href;
    esm = (await import(module)) as Built;
    secondEsm = (await import(`${module}?copy`)) as Built;
    cjs = createRequire(import.meta.url)(path.join(folder, "dist/entry.cjs")) as Built;
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("are separate copies of the code", () => {
    expect(esm.withActor).not.toBe(cjs.withActor);
    expect(esm.withActor).not.toBe(secondEsm.withActor);
  });

  it("share one context", async () => {
    await esm.withActor({ id: "ada" }, async () => {
      await Promise.resolve();
      expect(cjs.currentActor()).toEqual({ id: "ada" });
      expect(secondEsm.currentActor()).toEqual({ id: "ada" });
      await cjs.withActor({ id: "bob" }, async () => {
        await Promise.resolve();
        expect(esm.currentActor()).toEqual({ id: "bob" });
      });
    });
    expect(cjs.currentActor()).toBeUndefined();
  });

  it("both find the package's folder", () => {
    expect(fileURLToPath(esm.packageRoot)).toBe(`${folder}${path.sep}`);
    expect(fileURLToPath(cjs.packageRoot)).toBe(`${folder}${path.sep}`);
  });
});
