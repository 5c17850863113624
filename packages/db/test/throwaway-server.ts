import type { TestProject } from "vitest/node";

import { throwawayPostgres } from "../src/testing.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly dbServerUrl: string;
  }
}

/** One server for all test files of this package. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await throwawayPostgres();
  project.provide("dbServerUrl", postgres.url);
  return () => postgres.stop();
}
