import { defineConfig, type ViteUserConfig } from "vitest/config";

import { project } from "./vitest.project.ts";

const settings = project();

const config: ViteUserConfig = defineConfig({
  ...settings,
  test: { ...settings.test, projects: ["packages/*", "tests/*", "examples/*"] },
});

export default config;
