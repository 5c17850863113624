import type { Database } from "@offramp/db";

import { Snapshot } from "./snapshot.ts";

/** What the copy has of a table. */
export interface CopiedTable {
  readonly complete: boolean;
  /** When its first part was copied, as PostgreSQL writes it. */
  readonly since: string;
  /** Whether its parts had seen a transaction. */
  holds(transactionId: number): "all" | "none" | "partly";
}

/** By `schema.table` of the source. */
export type CopiedTables = ReadonlyMap<string, CopiedTable>;

/** Reads the checkpoints that `offramp copy` left in the target; empty where it never ran. */
export async function readCopied(target: Database): Promise<CopiedTables> {
  const [there] = await target.query({
    text: "select to_regclass('offramp.copy_chunk') is not null as there",
  });
  if (there?.["there"] !== "t") return new Map();
  const rows = await target.query({
    text: `select t.source_schema || '.' || t.source_table as name, bool_and(c.done_at is not null) as complete,
        t.planned_at::text as since, json_agg(distinct c.snapshot) filter (where c.snapshot is not null) as snapshots
      from offramp.copy_table t join offramp.copy_chunk c using (source_schema, source_table)
      group by t.source_schema, t.source_table, t.planned_at`,
  });
  return new Map(
    rows.map((row) => {
      const texts = JSON.parse(row["snapshots"] ?? "[]") as string[];
      return [
        row["name"] ?? "",
        copiedTable(
          row["complete"] === "t",
          row["since"] ?? "",
          texts.map((text) => Snapshot.parse(text)),
        ),
      ];
    }),
  );
}

function copiedTable(complete: boolean, since: string, snapshots: readonly Snapshot[]): CopiedTable {
  return {
    complete,
    since,
    holds(transactionId) {
      const seen = snapshots.filter((snapshot) => snapshot.sees(transactionId)).length;
      if (seen === 0) return "none";
      return seen === snapshots.length ? "all" : "partly";
    },
  };
}
