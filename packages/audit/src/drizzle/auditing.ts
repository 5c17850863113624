import type { TablesRelationalConfig } from "drizzle-orm";
import type { PgDialect } from "drizzle-orm/pg-core";
import type { AnySession, AnyTransaction } from "./any-driver.ts";
import type { Recorder } from "./recorder.ts";

/** What Drizzle knows of the application's tables. */
export interface SchemaConfig {
  readonly fullSchema: Record<string, unknown>;
  readonly schema: TablesRelationalConfig;
  readonly tableNamesMap: Record<string, string>;
}

/** What all sessions of one audited database share. */
export interface Auditing {
  readonly dialect: PgDialect;
  readonly recorder: Recorder;
  readonly schema: SchemaConfig;
}

/** A session whose transactions are recorded, whoever begins them. */
export interface RecordingSession extends AnySession {
  /** `begin` is the driver's; `work` gets a transaction whose statements are recorded. */
  withTransaction<T>(
    begin: (nested: (transaction: AnyTransaction) => Promise<T>) => Promise<T>,
    work: (transaction: AnyTransaction) => Promise<T>,
  ): Promise<T>;
}
