import { readFile } from "node:fs/promises";
import { connect, type Database, quoteIdentifier } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";

export interface FixtureDatabase {
  readonly database: Database;
  /** PostgreSQL's major version. */
  readonly major: number;
}

/** Runs `work` on a new database that holds the fixture, as the superuser who loaded it, in UTC. */
export async function withFixtureDatabase<T>(work: (fixture: FixtureDatabase) => Promise<T>): Promise<T> {
  const server = await throwawayPostgres();
  try {
    const { url, name } = await server.createDatabase();
    await loadFixture(url, name);
    const database = connect({ url });
    try {
      const [version] = await database.query({
        text: "select current_setting('server_version_num')::int / 10000 as major",
      });
      return await work({ database, major: Number(version?.["major"]) });
    } finally {
      await database.close();
    }
  } finally {
    await server.stop();
  }
}

async function loadFixture(url: string, name: string): Promise<void> {
  const database = connect({ url, max: 1 });
  try {
    await database.query({
      text: await readFile(new URL("../fixture.sql", import.meta.url), "utf8"),
      script: true,
    });
    // Seen by the connections that are opened after this.
    await database.query({ text: `alter database ${quoteIdentifier(name)} set timezone = 'UTC'` });
  } finally {
    await database.close();
  }
}
