import type { ReservedConnection } from "@offramp/db";

import type { SourceRow } from "../config/tables-config.ts";
import { type BadRow, isRowFault, reasonOf } from "./bad-row.ts";
import { BadRowsError } from "./bad-rows-error.ts";
import type { ChunkResult } from "./checkpoints.ts";
import { type ChunkJob, rowOf, throttled } from "./chunk-job.ts";
import { copyInSql } from "./copy-sql.ts";
import { readLines, writeLine } from "./copy-text.ts";
import { rowTransform } from "../tables/row-transform.ts";
import { tableText } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** As many bad rows as a person wants to read about; with a quarantine there is no end. */
const MOST_TOLD = 10;

/** A row on its way, and its line of COPY for the target. */
interface Candidate {
  readonly row: SourceRow;
  readonly line: string;
}

/**
 * Copies a chunk in batches with a savepoint each; a batch that is refused is halved until its bad rows stand alone.
 *
 * @throws {BadRowsError} there are some, and no quarantine.
 */
export async function copyCarefully(job: ChunkJob, connection: ReservedConnection): Promise<ChunkResult> {
  const { plan, work } = job;
  const names = plan.read.map(({ name }) => name);
  const transform = rowTransform(plan, work.sealer);
  const counts = { copied: 0, filtered: 0, quarantined: 0, bytes: 0 };
  const told: BadRow[] = [];
  const refuse = async (row: SourceRow, reason: string): Promise<void> => {
    const bad: BadRow = { table: tableText(plan.source), key: keyText(plan, row), reason };
    if (!work.quarantine) {
      told.push(bad);
      if (told.length >= MOST_TOLD) throw new BadRowsError(told);
      return;
    }
    counts.quarantined += 1;
    await quarantine(connection, plan, { bad, row });
  };
  const put = async (batch: readonly Candidate[]): Promise<void> => {
    if (batch.length === 0) return;
    await connection.query({ text: "savepoint batch" });
    try {
      const text = batch.map(({ line }) => line).join("");
      counts.copied += await connection.copyIn(copyInSql(plan, "text"), [Buffer.from(text, "utf8")]);
      counts.bytes += text.length;
      await connection.query({ text: "release savepoint batch" });
    } catch (error) {
      if (!isRowFault(error)) throw error;
      await connection.query({ text: "rollback to savepoint batch" });
      const [first] = batch;
      if (batch.length === 1 && first !== undefined) await refuse(first.row, reasonOf(error));
      else {
        const half = Math.ceil(batch.length / 2);
        await put(batch.slice(0, half));
        await put(batch.slice(half));
      }
    }
  };
  for await (const lines of readLines(throttled(job, names, "text"))) {
    const batch: Candidate[] = [];
    for (const line of lines) {
      const row = rowOf(names, line);
      try {
        const values = transform(row);
        if (values === undefined) counts.filtered += 1;
        else batch.push({ row, line: writeLine(values) });
      } catch (error) {
        if (!isRowFault(error)) throw error;
        await refuse(row, reasonOf(error));
      }
    }
    await put(batch);
  }
  if (told.length > 0) throw new BadRowsError(told);
  return counts;
}

function keyText(plan: TablePlan, row: SourceRow): string | undefined {
  return plan.key.length === 0
    ? undefined
    : plan.key.map((column) => `${column}=${row[column] ?? ""}`).join(", ");
}

async function quarantine(
  connection: ReservedConnection,
  plan: TablePlan,
  { bad, row }: { readonly bad: BadRow; readonly row: SourceRow },
): Promise<void> {
  const columns = plan.read.map(({ name }) => name);
  await connection.query({
    text: `insert into offramp.copy_quarantine (source_schema, source_table, row_key, reason, columns, line)
      values ($1, $2, $3, $4, array(select json_array_elements_text($5::json)), $6)`,
    values: [
      plan.source.schema,
      plan.source.table,
      bad.key ?? null,
      bad.reason,
      JSON.stringify(columns),
      writeLine(columns.map((column) => row[column] ?? null)).slice(0, -1),
    ],
  });
}
