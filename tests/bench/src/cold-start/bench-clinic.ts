import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditMigrations, phiMarksMigration } from "@offramp/audit";
import { clinicMigrations, connect, migrate } from "@offramp/db";
import * as schema from "@offramp/db/schema";
import { throwawayPostgres } from "@offramp/db/testing";
import { writeSchemaSnapshot } from "@offramp/supabase-shim";

/** A database and the snapshot of its schema. */
export interface BenchClinic {
  readonly url: string;
  readonly snapshot: string;
}

/** Runs `work` with a clinic that has its audit trail, one patient, and more tables beside it. */
export async function withBenchClinic<T>(
  tables: number,
  work: (clinic: BenchClinic) => Promise<T>,
): Promise<T> {
  const server = await throwawayPostgres({ provider: "embedded" });
  const folder = await mkdtemp(join(tmpdir(), "offramp-cold-start-"));
  try {
    const { url } = await server.createDatabase();
    const snapshot = join(folder, "schema-snapshot.json");
    const db = connect({ url, max: 1 });
    await migrate(db, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);
    await db.query({
      text: `insert into profiles (email) values ('ada@example.com');
        do $$ begin
          for n in 1..${tables} loop
            execute format('create table more_%s (id bigint primary key, profile_id uuid references profiles, note text, at timestamptz)', n);
          end loop;
        end $$`,
      script: true,
    });
    await writeSchemaSnapshot(db, { path: snapshot });
    await db.close();
    return await work({ url, snapshot });
  } finally {
    await rm(folder, { recursive: true });
    await server.stop();
  }
}
