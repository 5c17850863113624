import { connect, type Database, folderMigrations, migrate } from "@offramp/db";
import { checkConformance, manifestOf, renderText } from "@offramp/db/conformance";
import { throwawayPostgres } from "@offramp/db/testing";
import { createClient, type SupabaseClient } from "@offramp/supabase-shim";
import { afterAll, beforeAll, inject } from "vitest";

/** A guide's database, migrated with the migrations that drizzle-kit made of its schema. */
export interface GuideDatabase {
  readonly db: Database;
  readonly client: SupabaseClient;
  /** What a check of conformance finds, as text; empty when it finds nothing. */
  findings(): Promise<string>;
}

/** Creates the database before the file's tests and removes it after them. */
export function guideDatabase(name: string, schema: object): GuideDatabase {
  let made: { readonly db: Database; readonly client: SupabaseClient } | undefined;
  let stop: () => Promise<void> = () => Promise.resolve();
  const migrations = [folderMigrations(name, new URL(`../${name}/migrations/`, import.meta.url))];

  beforeAll(async () => {
    const postgres = await throwawayPostgres({ provider: "url", url: inject("postgresUrl") });
    const { url } = await postgres.createDatabase();
    const db = connect({ url, max: 2 });
    await migrate(db, migrations);
    made = { db, client: createClient(url) };
    stop = async () => {
      await db.close({ timeoutMs: 100 });
      await postgres.stop();
    };
  });
  afterAll(() => stop());

  const present = () => {
    if (made === undefined) throw new Error("the database is there only while tests run");
    return made;
  };
  return {
    get db() {
      return present().db;
    },
    get client() {
      return present().client;
    },
    async findings() {
      const postgres = await throwawayPostgres({ provider: "url", url: inject("postgresUrl") });
      const fresh = connect({ url: (await postgres.createDatabase()).url, max: 2 });
      await migrate(fresh, migrations);
      const manifest = await manifestOf(fresh);
      await fresh.close();
      await postgres.stop();
      const report = await checkConformance(present().db, schema, { manifest });
      return report.findings.length === 0 ? "" : renderText(report);
    },
  };
}
