import { builderTarget } from "./builder-target.ts";
import { withFixtureDatabase } from "./fixture-database.ts";
import { httpTarget } from "./http-target.ts";
import type { ConformanceTarget } from "./target.ts";

/** The two doors. */
export const targetNames = ["builder", "http"] as const;

export type TargetName = (typeof targetNames)[number];

const makers = { builder: builderTarget, http: httpTarget };

/** Runs `work` with one door on a fixture of its own. */
export async function withTarget<T>(
  name: TargetName,
  work: (target: ConformanceTarget) => Promise<T>,
): Promise<T> {
  return withFixtureDatabase(({ database, major }) => work(makers[name](database, major)));
}
