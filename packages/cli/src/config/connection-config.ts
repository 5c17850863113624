import { z } from "zod";

/**
 * How a database is reached: a `postgres://` URL, or its parts. A password comes from Secrets Manager (`secretId`), from
 * IAM, or from the environment by way of the configuration file; it is never shown.
 *
 * @example
 * import type { ConnectionConfig } from "@offramp/cli";
 *
 * const source: ConnectionConfig = { secretId: "supabase/clinic" };
 * const target: ConnectionConfig = { host: "clinic.abc.eu-west-1.rds.amazonaws.com", user: "owner", iamAuthentication: true };
 * console.log(source, target);
 */
export type ConnectionConfig = string | ConnectionSettings;

/**
 * The parts of a connection; see `ConnectOptions` of `@offramp/db` for what each means.
 *
 * @example
 * import type { ConnectionSettings } from "@offramp/cli";
 *
 * const target: ConnectionSettings = { host: "db.internal", database: "clinic", user: "owner", secretId: "rds/clinic" };
 * console.log(target);
 */
export interface ConnectionSettings {
  readonly url?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The AWS secret with the user and the password. */
  readonly secretId?: string | undefined;
  readonly iamAuthentication?: boolean | { readonly region: string } | undefined;
  /** `verify-full` unless the host is this machine. `ca`: certificates in PEM, trusted beside Amazon's and the system's. */
  readonly ssl?:
    | "disable"
    | "verify-full"
    | { readonly ca?: string | undefined; readonly serverName?: string | undefined }
    | undefined;
  readonly dangerouslyAcceptAnyCertificate?: boolean | undefined;
  readonly dangerouslyDisableTls?: boolean | undefined;
}

const text = z.string().min(1);

/** Validates a {@link ConnectionConfig}; a setting that is not known is refused. */
export const connectionConfig: z.ZodType<ConnectionConfig> = z.union([
  text,
  z.strictObject({
    url: text.optional(),
    host: text.optional(),
    port: z.number().int().min(1).max(65_535).optional(),
    database: text.optional(),
    user: text.optional(),
    password: z.string().optional(),
    secretId: text.optional(),
    iamAuthentication: z.union([z.boolean(), z.strictObject({ region: text })]).optional(),
    ssl: z
      .union([
        z.enum(["disable", "verify-full"]),
        z.strictObject({ ca: text.optional(), serverName: text.optional() }),
      ])
      .optional(),
    dangerouslyAcceptAnyCertificate: z.boolean().optional(),
    dangerouslyDisableTls: z.boolean().optional(),
  }),
]);
