import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

const settings = project({ testTimeout: 60_000 });

const config: ViteUserConfig = {
  ...settings,
  // The example starts a server of its own.
  test: { ...settings.test, globalSetup: [] },
};

export default config;
