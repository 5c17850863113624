import type { Anchor, SigningKey } from "@offramp/audit";
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
  /** Folders of your own migrations by name, in order, for `offramp migrate`. Never change a name. */
  readonly migrations?: Readonly<Record<string, string>> | undefined;
  /** The Drizzle schema module that `offramp check` compares with. */
  readonly schema?: string | undefined;
  /** The manifest of your migrations that `offramp check` compares with. */
  readonly manifest?: string | undefined;
  readonly audit?: AuditConfig | undefined;
}

/**
 * The keys and anchors of the trail, for `offramp audit`. All paths are of files, from the folder that the command runs in.
 * A key in AWS KMS is a function, which only `offramp audit` calls; the client of AWS is yours.
 *
 * @example
 * import type { AuditConfig } from "@offramp/cli";
 *
 * const audit: AuditConfig = {
 *   key: { id: "seal-2026", file: "/run/secrets/seal-key.pem" },
 *   anchors: ["/mnt/anchor/clinic-seals.ndjson"],
 * };
 * console.log(audit);
 */
export interface AuditConfig {
  /**
   * The private key that signs seals: a file, or a function that gives a key, such as `kmsSigningKey` and `secretSigningKey` of
   * `@offramp/audit` do. Keep it where neither the database nor the application can read it.
   */
  readonly key?: { readonly id: string; readonly file: string } | (() => Promise<SigningKey>) | undefined;
  /** Public keys that are trusted, by id. */
  readonly trusted?: Readonly<Record<string, string>> | undefined;
  /** Where seals are kept outside the database: files, or anchors such as `s3Anchor` of `@offramp/audit`. */
  readonly anchors?: readonly (string | Anchor)[] | undefined;
}

const text = z.string().min(1);

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
  migrations: z.record(text, text).optional(),
  schema: text.optional(),
  manifest: text.optional(),
  audit: z
    .strictObject({
      key: z
        .union([
          z.strictObject({ id: text, file: text }),
          z.custom<() => Promise<SigningKey>>(
            (value) => typeof value === "function",
            "must be { id, file }, or a function that gives a key, such as () => kmsSigningKey(…) of @offramp/audit",
          ),
        ])
        .optional(),
      trusted: z.record(text, text).optional(),
      anchors: z
        .array(
          z.union([
            text,
            z.custom<Anchor>(
              (value) => typeof value === "object" && value !== null && "append" in value && "read" in value,
              "must be the path of a file, or an anchor of @offramp/audit",
            ),
          ]),
        )
        .optional(),
    })
    .optional(),
});
