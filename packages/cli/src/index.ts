export type { ConnectionConfig, ConnectionSettings } from "./config/connection-config.ts";
export { defineConfig } from "./config/define-config.ts";
export type { SourceRow, TableConfig } from "./config/tables-config.ts";
export type { AuditConfig, OfframpConfig } from "./config/offramp-config.ts";
