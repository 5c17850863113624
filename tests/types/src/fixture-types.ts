import { readFile } from "node:fs/promises";
import { connect } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { generateTypes } from "@offramp/supabase-shim/generate";

/** The `Database` type of the recorded cases' database, as our own generator prints it. */
export async function fixtureTypes(): Promise<string> {
  const fixture = await readFile(new URL("../../conformance/fixture.sql", import.meta.url), "utf8");
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  const db = connect({ url, max: 2 });
  try {
    await db.query({ text: fixture, script: true });
    return await generateTypes(db, { schemas: ["public", "billing"] });
  } finally {
    await db.close();
    await server.stop();
  }
}
