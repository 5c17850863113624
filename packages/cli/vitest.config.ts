import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

const config: ViteUserConfig = project({ asNode: true, testTimeout: 60_000 });

export default config;
