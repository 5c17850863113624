import type { ThrowawayPostgres } from "@offramp/db/testing";
import { offramp } from "./arms/offramp.ts";
import { benchDatabase } from "./bench-database.ts";
import type { DataFile } from "./report/data-file.ts";
import { rateOf, ratioOf, type Round, spreadOf } from "./statistics.ts";
import { timedRound } from "./timed-round.ts";
import { rowByKey } from "./workloads/row-by-key.ts";

export interface ManyTablesOptions {
  /** Tables that are added to the bench's own, the fewest first. */
  readonly tables: readonly number[];
  readonly callers: number;
  readonly rounds: number;
  readonly roundMs: number;
}

/** The row by key through schema caches of different sizes, in turns. */
export async function manyTables(
  server: ThrowawayPostgres,
  { tables, callers, rounds, roundMs }: ManyTablesOptions,
): Promise<DataFile["tables"]> {
  const running = await Promise.all(
    tables.map(async (count) => {
      const database = await benchDatabase(server, { extraTables: count });
      const call = offramp.call(database, rowByKey);
      if (call === undefined) throw new Error("The builder cannot read a row.");
      const own: Round[] = [];
      return { tables: count, database, call, rounds: own };
    }),
  );
  try {
    for (const { call } of running) await timedRound(call, callers, roundMs);
    for (let round = 0; round < rounds; round += 1) {
      const turn = round % running.length;
      for (const each of [...running.slice(turn), ...running.slice(0, turn)]) {
        each.rounds.push(await timedRound(each.call, callers, roundMs));
      }
    }
  } finally {
    await Promise.all(running.map(({ database }) => database.close()));
  }
  return running.map(({ tables: count, rounds: own }) => ({
    tables: count,
    rate: spreadOf(own.map(rateOf)),
    ratio: ratioOf(own, running[0]?.rounds ?? own),
  }));
}
