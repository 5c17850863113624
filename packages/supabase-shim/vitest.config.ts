import type { ViteUserConfig } from "vitest/config";

import { project } from "../../vitest.project.ts";

const config: ViteUserConfig = project({ asNode: true });

export default config;
