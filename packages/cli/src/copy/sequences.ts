import { quoteIdentifier, type Queryable } from "@offramp/db";

import { relationSql, type TableName, tableText } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** A sequence of the source, and where it stands. */
interface SourceSequence extends TableName {
  readonly increment: bigint;
  readonly ownerSchema: string | null;
  readonly ownerTable: string | null;
  readonly ownerColumn: string | null;
}

interface Position {
  readonly lastValue: bigint;
  readonly isCalled: boolean;
}

/** What became of the sequences. */
export interface SequenceReport {
  readonly set: number;
  /** Those that the target does not have, by name. */
  readonly missing: readonly string[];
}

const SEQUENCES = `
select n.nspname as schema, c.relname as table, s.seqincrement as increment,
  tn.nspname as owner_schema, t.relname as owner_table, a.attname as owner_column
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
  and d.deptype in ('a', 'i') and d.refobjsubid > 0
left join pg_class t on t.oid = d.refobjid
left join pg_namespace tn on tn.oid = t.relnamespace
left join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where n.nspname = any (array(select json_array_elements_text($1::json))) and c.relpersistence <> 't' order by 1, 2`;

/**
 * Brings the target's sequences to where the source's are: those of copied columns wherever these went, others by name. A
 * sequence that is further already stays there, so that no number is given twice.
 *
 * Sequences are not part of a snapshot: what the source gave out meanwhile is included.
 */
export async function setSequences(
  source: Queryable,
  target: Queryable,
  plans: readonly TablePlan[],
): Promise<SequenceReport> {
  const schemas = [...new Set(plans.map((plan) => plan.source.schema))];
  const missing: string[] = [];
  let set = 0;
  for (const sequence of await readSequences(source, schemas)) {
    const place = await placeInTarget(target, sequence, plans);
    if (place === undefined) missing.push(tableText(sequence));
    else if (place !== "left") {
      const [from, to] = [await position(source, relationSql(sequence)), await position(target, place)];
      if (isFurther(to, from, sequence.increment)) continue;
      await target.query({
        text: "select setval($1::regclass, $2::bigint, $3::boolean)",
        values: [place, String(from.lastValue), String(from.isCalled)],
      });
      set += 1;
    }
  }
  return { set, missing };
}

async function readSequences(source: Queryable, schemas: readonly string[]): Promise<SourceSequence[]> {
  const rows = await source.query({
    text: SEQUENCES,
    values: [JSON.stringify(schemas)],
  });
  return rows.map((row) => ({
    schema: row["schema"] ?? "",
    table: row["table"] ?? "",
    increment: BigInt(row["increment"] ?? "1"),
    ownerSchema: row["owner_schema"] ?? null,
    ownerTable: row["owner_table"] ?? null,
    ownerColumn: row["owner_column"] ?? null,
  }));
}

/** Quoted; `left`: its column was not copied. */
async function placeInTarget(
  target: Queryable,
  sequence: SourceSequence,
  plans: readonly TablePlan[],
): Promise<string | undefined> {
  const { ownerSchema, ownerTable, ownerColumn } = sequence;
  if (ownerTable !== null) {
    const plan = plans.find((each) => each.source.schema === ownerSchema && each.source.table === ownerTable);
    const column = plan?.columns.find((each) => each.source === ownerColumn);
    if (plan === undefined || column === undefined) return "left";
    const [row] = await target.query({
      text: "select pg_get_serial_sequence($1, $2) as sequence",
      values: [relationSql(plan.target), column.target],
    });
    const sequenceName = row?.["sequence"] ?? undefined;
    if (sequenceName !== undefined) return sequenceName;
  }
  const [row] = await target.query({
    text: `select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'S' and n.nspname = $1 and c.relname = $2`,
    values: [sequence.schema, sequence.table],
  });
  return row === undefined
    ? undefined
    : `${quoteIdentifier(sequence.schema)}.${quoteIdentifier(sequence.table)}`;
}

/** @param sequence quoted, as PostgreSQL or `quoteIdentifier` wrote it. */
async function position(db: Queryable, sequence: string): Promise<Position> {
  const [row] = await db.query({ text: `select last_value, is_called from ${sequence}` });
  return { lastValue: BigInt(row?.["last_value"] ?? "0"), isCalled: row?.["is_called"] === "t" };
}

function isFurther(target: Position, source: Position, increment: bigint): boolean {
  if (target.lastValue === source.lastValue) return target.isCalled || !source.isCalled;
  return increment > 0n ? target.lastValue > source.lastValue : target.lastValue < source.lastValue;
}
