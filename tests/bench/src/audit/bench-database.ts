import { auditMigrations, phiMarksMigration } from "@offramp/audit";
import { clinicMigrations, connect, type Database, migrate } from "@offramp/db";
import * as schema from "@offramp/db/schema";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import postgres from "postgres";

/** A clinic with its trail. */
export interface BenchDatabase {
  readonly db: Database;
  /** The driver by itself, with as many connections: what a team without Offramp would use. */
  readonly sql: postgres.Sql;
  /** Ids of patients. */
  readonly ids: readonly string[];
  readonly close: () => Promise<void>;
}

/** A server that writes to the disk as one in production does; throwaway servers do not. */
export function durableServer(): Promise<ThrowawayPostgres> {
  return throwawayPostgres({
    provider: "embedded",
    settings: { fsync: "on", synchronous_commit: "on", full_page_writes: "on" },
  });
}

const CONNECTIONS = 10;

export async function benchDatabase(
  server: ThrowawayPostgres,
  options: { readonly patients: number; readonly synchronousCommit: "on" | "off" },
): Promise<BenchDatabase> {
  const { url } = await server.createDatabase();
  const admin = connect({ url, max: 1 });
  await migrate(admin, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);
  await admin.query({
    text: `insert into profiles (email, full_name)
        select 'p' || n || '@example.com', 'Patient ' || n from generate_series(1, ${options.patients}) as n;
      analyze profiles;
      do $$ begin
        execute format('alter database %I set synchronous_commit = ${options.synchronousCommit}', current_database());
      end $$`,
    script: true,
  });
  await admin.close();
  // The setting holds for connections that are opened after it.
  const db = connect({ url, max: CONNECTIONS });
  const sql = postgres(url, { max: CONNECTIONS });
  const rows = await db.query({ text: "select id from profiles" });
  return {
    db,
    sql,
    ids: rows.map(({ id }) => id ?? ""),
    close: async () => {
      await Promise.all([db.close(), sql.end()]);
    },
  };
}
