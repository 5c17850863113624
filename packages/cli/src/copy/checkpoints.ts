import type { Queryable, Row } from "@offramp/db";

import type { Chunk, ChunkRange } from "./chunk.ts";
import { tableText, type TableName } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** A table that a copy has planned before. */
export interface PlannedTable {
  readonly source: TableName;
  readonly target: TableName;
  readonly sourceDatabase: string;
  readonly fingerprint: string;
  readonly keyed: boolean;
  readonly chunks: number;
  readonly done: number;
}

/** What a chunk came to. */
export interface ChunkResult {
  readonly copied: number;
  readonly filtered: number;
  readonly quarantined: number;
  readonly bytes: number;
}

/** What has been planned so far, by `schema.table` of the source; empty before the first copy. */
export async function readPlanned(target: Queryable): Promise<ReadonlyMap<string, PlannedTable>> {
  const [there] = await target.query({
    text: "select to_regclass('offramp.copy_chunk') is not null as there",
  });
  if (there?.["there"] !== "t") return new Map();
  const rows = await target.query({
    text: `select t.*, count(c.id) as chunks, count(c.done_at) as done
      from offramp.copy_table t left join offramp.copy_chunk c using (source_schema, source_table)
      group by t.source_schema, t.source_table`,
  });
  const planned = rows.map((row): PlannedTable => ({
    source: { schema: row["source_schema"] ?? "", table: row["source_table"] ?? "" },
    target: { schema: row["target_schema"] ?? "", table: row["target_table"] ?? "" },
    sourceDatabase: row["source_database"] ?? "",
    fingerprint: row["fingerprint"] ?? "",
    keyed: row["keyed"] === "t",
    chunks: Number(row["chunks"]),
    done: Number(row["done"]),
  }));
  return new Map(planned.map((table) => [tableText(table.source), table]));
}

/** Writes down a table and its parts. */
export async function writePlan(
  target: Queryable,
  plan: TablePlan,
  facts: {
    readonly sourceDatabase: string;
    readonly fingerprint: string;
    readonly parts: readonly { readonly leaf: TableName; readonly range: ChunkRange }[];
  },
): Promise<void> {
  const names = [plan.source.schema, plan.source.table, plan.target.schema, plan.target.table];
  await target.query({
    text: "insert into offramp.copy_table values ($1, $2, $3, $4, $5, $6, $7::boolean)",
    values: [...names, facts.sourceDatabase, facts.fingerprint, String(plan.key.length > 0)],
  });
  const parts = facts.parts.map(({ leaf, range }) => ({
    leaf_schema: leaf.schema,
    leaf_table: leaf.table,
    range_kind: range.kind,
    key_column: range.kind === "key" ? range.column : null,
    key_type: range.kind === "key" ? range.type : null,
    from_key: range.kind === "whole" ? null : (range.from ?? null),
    to_key: range.kind === "whole" ? null : (range.to ?? null),
  }));
  await target.query({
    text: `insert into offramp.copy_chunk (source_schema, source_table, target_schema, target_table,
        leaf_schema, leaf_table, range_kind, key_column, key_type, from_key, to_key)
      select $1, $2, $3, $4, p.* from json_to_recordset($5) as p(
        leaf_schema text, leaf_table text, range_kind text, key_column text, key_type text, from_key text, to_key text
      )`,
    values: [...names, JSON.stringify(parts)],
  });
}

/** The parts that are not done. */
export async function openChunks(target: Queryable): Promise<Chunk[]> {
  const rows = await target.query({
    text: "select * from offramp.copy_chunk where done_at is null order by id",
  });
  return rows.map((row) => ({
    id: row["id"] ?? "",
    source: { schema: row["source_schema"] ?? "", table: row["source_table"] ?? "" },
    target: { schema: row["target_schema"] ?? "", table: row["target_table"] ?? "" },
    leaf: { schema: row["leaf_schema"] ?? "", table: row["leaf_table"] ?? "" },
    range: rangeOf(row),
  }));
}

/**
 * Takes a part for the current transaction, waiting for whoever has it: a killed copy's session ends when the server
 * notices.
 *
 * @returns false when it was done meanwhile.
 */
export async function takeChunk(target: Queryable, chunk: Chunk): Promise<boolean> {
  const rows = await target.query({
    text: "select 1 from offramp.copy_chunk where id = $1::bigint and done_at is null for update",
    values: [chunk.id],
  });
  return rows.length === 1;
}

/** Marks the part as done, in the transaction that wrote its rows. */
export async function finishChunk(
  target: Queryable,
  chunk: Chunk,
  { result, snapshot }: { readonly result: ChunkResult; readonly snapshot: string },
): Promise<void> {
  await target.query({
    text: `update offramp.copy_chunk set done_at = clock_timestamp(), rows_copied = $2::bigint, rows_filtered = $3::bigint,
      rows_quarantined = $4::bigint, bytes = $5::bigint, snapshot = $6 where id = $1::bigint`,
    values: [
      chunk.id,
      ...[result.copied, result.filtered, result.quarantined, result.bytes].map(String),
      snapshot,
    ],
  });
}

function rangeOf(row: Row): ChunkRange {
  const from = row["from_key"] ?? undefined;
  const to = row["to_key"] ?? undefined;
  switch (row["range_kind"]) {
    case "key":
      return { kind: "key", column: row["key_column"] ?? "", type: row["key_type"] ?? "", from, to };
    case "pages":
      return { kind: "pages", from, to };
    default:
      return { kind: "whole" };
  }
}
