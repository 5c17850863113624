import { auditMigrations, grantAuditWriter, phiMarksMigration } from "@offramp/audit";
import { connect, type Database, migrate } from "@offramp/db";
import type { ThrowawayPostgres } from "@offramp/db/testing";
import { Pool } from "pg";
import postgres from "postgres";
import { drizzle } from "drizzle-orm/postgres-js";
import { BENCH_ROLE, BENCH_SQL, manyTables, ROLE_SQL } from "./bench-sql.ts";
import { type BenchDrizzle, benchSchema } from "./bench-tables.ts";

/** Connections of every arm's pool. */
export const CONNECTIONS = 10;

/** A database, and each arm's own pool on it. */
export interface BenchDatabase {
  readonly url: string;
  readonly offramp: Database;
  readonly hand: postgres.Sql;
  readonly pg: Pool;
  readonly drizzle: BenchDrizzle;
  readonly close: () => Promise<void>;
}

/** Makes the tables and opens the pools; none has a connection before its first call. */
export async function benchDatabase(
  server: ThrowawayPostgres,
  { extraTables = 0 }: { readonly extraTables?: number } = {},
): Promise<BenchDatabase> {
  const { url } = await server.createDatabase();
  const admin = connect({ url, max: 1 });
  await admin.query({ text: BENCH_SQL, script: true });
  if (extraTables > 0) await admin.query({ text: manyTables(extraTables), script: true });
  await admin.query({ text: ROLE_SQL, script: true });
  await migrate(admin, [auditMigrations(), phiMarksMigration(benchSchema)]);
  await grantAuditWriter(admin, BENCH_ROLE);
  await admin.close();
  const offramp = connect({ url, max: CONNECTIONS });
  const hand = postgres(url, { max: CONNECTIONS });
  // Drizzle changes the parsers of the client that it is given.
  const forDrizzle = postgres(url, { max: CONNECTIONS });
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  return {
    url,
    offramp,
    hand,
    pg: pool,
    drizzle: drizzle(forDrizzle, { schema: benchSchema }),
    close: async () => {
      await Promise.all([offramp.close(), hand.end(), forDrizzle.end(), pool.end()]);
    },
  };
}
