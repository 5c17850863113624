import { connect } from "@offramp/db";

import { INJECTED_ROW_DIFFERENCES } from "./injected-row-differences.ts";
import { namedDifferences } from "./named-differences.ts";
import { type Ends, offramp } from "./offramp-process.ts";

/** What became of the differences that were put in. */
export interface InjectionReport {
  readonly tried: number;
  readonly named: number;
  /** By name, those that were not named, and what was named without having been put in. */
  readonly problems: readonly string[];
}

/** Puts every difference into the target's rows, and looks whether verify names each and nothing else. */
export async function injectRows(ends: Ends): Promise<InjectionReport> {
  const target = connect({ url: ends.targetUrl, max: 1 });
  try {
    for (const { sql } of INJECTED_ROW_DIFFERENCES)
      await target.transaction(async (transaction) => {
        await transaction.query({ text: "set local session_replication_role = replica" });
        await transaction.query({ text: sql, script: true });
      });
  } finally {
    await target.close();
  }
  const verified = await offramp(["verify", "--json"], ends);
  const lines = namedDifferences(verified.stdout);
  const isNamed = (pattern: RegExp): boolean => lines.some((line) => pattern.test(line));
  const unnamed = INJECTED_ROW_DIFFERENCES.filter(({ named }) => !named.every(isNamed));
  const patterns = INJECTED_ROW_DIFFERENCES.flatMap(({ named }) => named);
  const invented = lines.filter((line) => !patterns.some((pattern) => pattern.test(line)));
  return {
    tried: INJECTED_ROW_DIFFERENCES.length,
    named: INJECTED_ROW_DIFFERENCES.length - unnamed.length,
    problems: [
      ...unnamed.map(({ name }) => `not named: ${name}`),
      ...invented.map((line) => `named, but not put in: ${line}`),
    ],
  };
}
