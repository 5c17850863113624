import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

const settings = project({ asNode: true });

const config: ViteUserConfig = {
  ...settings,
  // This package tests the very server that it starts.
  test: { ...settings.test, globalSetup: ["./test/throwaway-server.ts"] },
};

export default config;
