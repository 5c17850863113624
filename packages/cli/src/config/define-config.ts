import type { OfframpConfig } from "./offramp-config.ts";

/**
 * Types what `offramp.config.ts` exports. It is validated when a command reads it.
 *
 * @example
 * import { defineConfig } from "@offramp/cli";
 *
 * export default defineConfig({
 *   source: { secretId: "supabase/clinic" },
 *   target: { secretId: "rds/clinic" },
 * });
 */
export function defineConfig(config: OfframpConfig): OfframpConfig {
  return config;
}
