import { builderTarget } from "./builder-target.ts";
import { withFixtureDatabase } from "./fixture-database.ts";
import type { ConformanceTarget } from "./target.ts";

/** Runs `work` with the builder on a fixture of its own. */
export async function withBuilderTarget<T>(work: (target: ConformanceTarget) => Promise<T>): Promise<T> {
  return withFixtureDatabase(({ database, major }) => work(builderTarget(database, major)));
}
