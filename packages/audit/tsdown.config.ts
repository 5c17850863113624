import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: {
    index: "src/index.ts",
    context: "src/context-entry.ts",
    drizzle: "src/drizzle-entry.ts",
    proof: "src/proof-entry.ts",
  },
  format: ["esm", "cjs"],
  platform: "node",
  target: "node20",
  dts: true,
  sourcemap: true,
  shims: true,
  fixedExtension: true,
  exports: false,
});

export default config;
