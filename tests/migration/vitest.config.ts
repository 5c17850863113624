import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

const config: ViteUserConfig = project({ testTimeout: 120_000 });

export default config;
