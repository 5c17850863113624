import { fileURLToPath } from "node:url";

import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

/** A compiler that reads every declaration of every dependency takes its time on a busy machine. */
const settings = project({ testTimeout: 120_000 });

const config: ViteUserConfig = {
  ...settings,
  test: {
    ...settings.test,
    globalSetup: [
      ...[settings.test?.globalSetup ?? []].flat(),
      fileURLToPath(new URL("./src/consumer-project.setup.ts", import.meta.url)),
    ],
  },
};

export default config;
