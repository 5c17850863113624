import { fileURLToPath } from "node:url";

import type { ViteUserConfig } from "vitest/config";

declare module "vitest" {
  interface ProvidedContext {
    /** The server of this run, as a role that may create databases and roles. */
    postgresUrl: string;
  }
}

/** Makes imports of workspace packages resolve to their TypeScript sources. */
const sourceCondition = "@offramp/source";

/** One throwaway PostgreSQL per run, for whichever project is the root of it. */
const globalSetup = fileURLToPath(new URL("./vitest.postgres.ts", import.meta.url));

/** What a package may set for itself. */
export interface ProjectOptions {
  /** Milliseconds that one test may take. Default 20,000: a test may wait for a server on a busy machine. */
  readonly testTimeout?: number;
  /**
   * Loads dependencies as Node does. By the condition and the field "module" the AWS SDK would be resolved to files for
   * bundlers, which Node cannot import. Default `false`.
   */
  readonly asNode?: boolean;
}

/** The vitest settings of one package, named after its package.json; each package's `vitest.config.ts` calls it. */
export function project(options: ProjectOptions = {}): ViteUserConfig {
  const timeout = options.testTimeout ?? 20_000;
  const bundled = options.asNode === true ? [] : ["module"];
  const fields = options.asNode === true ? { mainFields: ["main"] } : {};
  const conditions = [sourceCondition, ...bundled, "node", "development|production"];
  return {
    resolve: { conditions, ...fields },
    ssr: { resolve: { conditions, ...fields, externalConditions: [sourceCondition, "node"] } },
    test: {
      globalSetup: [globalSetup],
      execArgv: [`--conditions=${sourceCondition}`],
      typecheck: { enabled: true },
      testTimeout: timeout,
      hookTimeout: Math.max(timeout, 60_000),
    },
  };
}
