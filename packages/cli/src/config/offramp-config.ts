import type { KeyWrapper } from "@offramp/db/encryption";
import { z } from "zod";

import { type ConnectionConfig, connectionConfig } from "./connection-config.ts";
import { type TableConfig, tablesConfig } from "./tables-config.ts";

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
  /** What happens to tables on their way, by `schema.table` of the source. The others are copied as they are. */
  readonly tables?: Readonly<Record<string, TableConfig>> | undefined;
  /** Unwraps the target's data keys, for columns that are encrypted on the way: `kmsWrapper(…)` of `@offramp/db/encryption`. */
  readonly keyWrapper?: KeyWrapper | undefined;
}

/** Validates an {@link OfframpConfig}. A setting that is not known is refused: a misspelt one must not be lost. */
export const offrampConfig: z.ZodType<OfframpConfig> = z.strictObject({
  source: connectionConfig.optional(),
  target: connectionConfig.optional(),
  tables: tablesConfig.optional(),
  keyWrapper: z
    .custom<KeyWrapper>(
      (value) => typeof value === "object" && value !== null && "unwrap" in value,
      "must be a key wrapper of @offramp/db/encryption",
    )
    .optional(),
});
