import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: {
    index: "src/index.ts",
    drizzle: "src/drizzle-entry.ts",
    encryption: "src/encryption-entry.ts",
    schema: "src/schema.ts",
    conformance: "src/conformance-entry.ts",
    testing: "src/testing.ts",
    "embedded-supervisor": "src/embedded-supervisor.ts",
  },
  format: ["esm", "cjs"],
  platform: "node",
  target: "node20",
  dts: { tsconfig: "tsconfig.build.json" },
  sourcemap: true,
  shims: true,
  fixedExtension: true,
  exports: false,
});

export default config;
