import { z } from "zod";

import { type ConnectionConfig, connectionConfig } from "./connection-config.ts";

/**
 * What `offramp.config.ts` holds. Flags and the environment stand above it.
 *
 * @example
 * import type { OfframpConfig } from "@offramp/cli";
 *
 * const config: OfframpConfig = { source: { secretId: "supabase/clinic" }, target: { secretId: "rds/clinic" } };
 * console.log(config);
 */
export interface OfframpConfig {
  readonly source?: ConnectionConfig | undefined;
  readonly target?: ConnectionConfig | undefined;
}

/** Validates an {@link OfframpConfig}. A setting that is not known is refused: a misspelt one must not be lost. */
export const offrampConfig: z.ZodType<OfframpConfig> = z.strictObject({
  source: connectionConfig.optional(),
  target: connectionConfig.optional(),
});
