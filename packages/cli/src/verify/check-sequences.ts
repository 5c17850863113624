import { quoteIdentifier, type Queryable, ServerError } from "@offramp/db";

import { relationSql } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";
import type { SequenceCheck } from "./verify-report.ts";

const OWNED = `
select c.relname as sequence, n.nspname as sequence_schema, s.seqincrement as increment,
  tn.nspname as schema, t.relname as table, a.attname as column
from pg_sequence s
join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
  and d.deptype in ('a', 'i') and d.refobjsubid > 0
join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
order by 2, 1`;

/** Whether the next number of every sequence of the target is one that its column does not have yet. */
export async function checkSequences(
  target: Queryable,
  plans: readonly TablePlan[],
): Promise<SequenceCheck[]> {
  const checks: SequenceCheck[] = [];
  for (const row of await target.query({ text: OWNED })) {
    const [schema, table, column] = [row["schema"] ?? "", row["table"] ?? "", row["column"] ?? ""];
    if (!plans.some((plan) => plan.target.schema === schema && plan.target.table === table)) continue;
    const sequence = { schema: row["sequence_schema"] ?? "", table: row["sequence"] ?? "" };
    const name = { sequence: `${sequence.schema}.${sequence.table}`, column: `${schema}.${table}.${column}` };
    const up = !(row["increment"] ?? "").startsWith("-");
    const bound = `${up ? "max" : "min"}(${quoteIdentifier(column)}::numeric)`;
    try {
      const [found] = await target.query({
        text: `select case when m.bound is null then true
            when ${up ? "s.last_value > m.bound" : "s.last_value < m.bound"} then true
            else s.last_value = m.bound and s.is_called end as ahead
          from ${relationSql(sequence)} s, (select ${bound} as bound from ${relationSql({ schema, table })}) m`,
      });
      checks.push(
        found?.["ahead"] === "t"
          ? { ...name, verdict: "equal" }
          : { ...name, verdict: "different", reason: "its next number is one that the column has already" },
      );
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      checks.push({ ...name, verdict: "failed", reason: `${error.message} (SQLSTATE ${error.code})` });
    }
  }
  return checks;
}
