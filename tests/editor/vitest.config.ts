import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

/** The first question waits until the language service has read every declaration. */
const config: ViteUserConfig = project({ testTimeout: 60_000 });

export default config;
