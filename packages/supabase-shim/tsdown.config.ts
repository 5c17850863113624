import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: {
    index: "src/index.ts",
    http: "src/http-entry.ts",
    generate: "src/generate-entry.ts",
    rehearsal: "src/rehearsal-entry.ts",
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
