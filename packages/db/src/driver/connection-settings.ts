import type { TrackedStatements } from "./tracked-statements.ts";

/** How connections to a server are opened, whichever server it is. */
export interface ConnectionSettings {
  readonly connectTimeoutMs: number;
  /** Startup parameters. */
  readonly session: Readonly<Record<string, string>>;
  readonly preparedStatements: boolean;
  /** Where a pooler keeps track of them. */
  readonly tracked?: TrackedStatements;
}
