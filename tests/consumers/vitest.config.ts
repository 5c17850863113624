import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

/** A compiler that reads every declaration of every dependency takes its time on a busy machine. */
const config: ViteUserConfig = project({ testTimeout: 120_000 });

export default config;
