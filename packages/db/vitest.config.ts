import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

const settings = project();
const conditions = ["@offramp/source", "node", "development|production"];

const config: ViteUserConfig = {
  ...settings,
  // Dependencies are loaded as Node loads them. By the condition and the field "module" the AWS
  // SDK would be resolved to files for bundlers, which Node cannot import.
  resolve: { conditions, mainFields: ["main"] },
  ssr: { resolve: { conditions, mainFields: ["main"], externalConditions: ["@offramp/source", "node"] } },
  // This package tests the very server that it starts.
  test: { ...settings.test, globalSetup: ["./test/throwaway-server.ts"] },
};

export default config;
