import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: ["src/index.ts", "src/schema.ts", "src/testing.ts", "src/embedded-supervisor.ts"],
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
