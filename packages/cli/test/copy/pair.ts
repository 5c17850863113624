import { connect, type Database } from "@offramp/db";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { inject } from "vitest";

/** A source and a target on one server. */
export interface Pair {
  readonly source: Database;
  readonly target: Database;
  readonly sourceUrl: string;
  readonly targetUrl: string;
  /** The same schema on both. */
  schema(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Two empty databases. */
export async function makePair(): Promise<Pair> {
  const postgres: ThrowawayPostgres = await throwawayPostgres({
    provider: "url",
    url: inject("postgresUrl"),
  });
  const [from, to] = [await postgres.createDatabase(), await postgres.createDatabase()];
  const [source, target] = [connect({ url: from.url }), connect({ url: to.url })];
  return {
    source,
    target,
    sourceUrl: from.url,
    targetUrl: to.url,
    async schema(text) {
      await Promise.all([source, target].map((db) => db.query({ text, script: true })));
    },
    async close() {
      await Promise.all([source, target].map((db) => db.close({ timeoutMs: 100 })));
      await postgres.stop();
    },
  };
}

/** The rows of a table as text, sorted: equal texts are equal tables. */
export async function contents(db: Database, relation: string): Promise<string[]> {
  const rows = await db.query({
    text: `select t::text as row from ${relation} t order by t::text collate "C"`,
  });
  return rows.map((row) => row["row"] ?? "");
}
