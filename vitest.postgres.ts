import { throwawayPostgres } from "@offramp/db/testing";
import type { TestProject } from "vitest/node";

/**
 * Starts one PostgreSQL server for the whole run, unless one is named already. Test files read its URL with
 * `inject("postgresUrl")`, and every `throwawayPostgres()` in them finds it by itself.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // With several projects in one run, each lists this file; only the root of the run starts a server.
  if (!project.isRootProject()) return undefined;
  const server = await throwawayPostgres();
  project.provide("postgresUrl", server.url);
  // The workers start after this and inherit it.
  process.env["OFFRAMP_TEST_DATABASE_URL"] = server.url;
  return () => server.stop();
}
