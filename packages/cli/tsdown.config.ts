import { defineConfig, type UserConfig } from "tsdown";

const shared = {
  platform: "node",
  target: "node20",
  sourcemap: true,
  fixedExtension: true,
  exports: false,
} as const;

/** The command is an ES module and loads what a run needs; what a configuration file imports is there for both. */
const config: UserConfig[] = defineConfig([
  { ...shared, entry: { main: "src/main.ts" }, format: ["esm"], dts: false },
  {
    ...shared,
    entry: { index: "src/index.ts" },
    format: ["esm", "cjs"],
    dts: true,
    shims: true,
    clean: false,
  },
]);

export default config;
