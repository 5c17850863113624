import type { AuditPlan, ReadPlan } from "../plan/index.ts";
import { ROWS } from "./body-sql.ts";
import type { CompiledStatement } from "./compile-plan.ts";
import { ident, list, param, type Sql, sql } from "./fragment.ts";
import { readSql } from "./read-sql.ts";
import { ANSWER, echoSql, gatheredColumns, type Recorded, recordedCte } from "./record-sql.ts";
import { KEY, ROW, SUBJECT, TRACE, type TraceForm, traceFormOf } from "./trace-sql.ts";

/** The statements of a read whose rows come in batches. */
export interface CompiledStream {
  /** Declares the cursor. Its rows have `body`, the row as JSON text, and `traced`, what the record says of it. */
  readonly cursor: CompiledStatement;
  /** From the traces of one batch, as a JSON array, what its record says. Absent where nothing is recorded. */
  readonly recorded?: CompiledStatement;
}

/** The cursor's name: a stream has its connection to itself. */
const STREAM: Sql = ident("offramp_stream");

/** The rows of a read by a cursor: each the JSON text that the whole answer would have it as. */
export function compileStream(plan: ReadPlan): CompiledStream {
  const form = traceFormOf(plan.root);
  const rows = readSql(plan.root, {
    jsonb: false,
    presence: false,
    ...(form === undefined ? {} : { form }),
  });
  const json = sql`row_to_json(${form === undefined ? ROWS : sql`${ROWS}.${ROW}`})`;
  const stripped = plan.form.kind === "rows" && plan.form.stripNulls;
  const body = stripped ? sql`json_strip_nulls(${json})` : json;
  const cursor = sql`declare ${STREAM} no scroll cursor for select ${body}::text as body, ${tracedSql(form)} as traced from (${rows}) as ${ROWS}`;
  const { audit } = plan;
  return {
    cursor: cursor.render(),
    ...(audit === undefined ? {} : { recorded: recordedOfBatch(plan, { audit, form }).render() }),
  };
}

function tracedSql(form: TraceForm | undefined): Sql {
  if (form === undefined) return sql`null::text`;
  if (form === "nested") return sql`jsonb_build_object('offramp_trace', ${ROWS}.${TRACE})::text`;
  return sql`json_build_object('offramp_key', ${ROWS}.${KEY}, 'offramp_subject', ${ROWS}.${SUBJECT})::text`;
}

interface Batch {
  readonly audit: AuditPlan;
  readonly form: TraceForm | undefined;
}

/** The same record as that of a read that is not streamed, with the traces of the batch in the place of its rows. */
function recordedOfBatch(plan: ReadPlan, { audit, form }: Batch): Sql {
  const columns = form === "nested" ? sql`${TRACE} jsonb` : sql`${KEY} text, ${SUBJECT} text`;
  const traces = param({ kind: "audit", field: "recorded" });
  const recorded: Recorded = { audit, rows: ROWS, form, trace: plan.root.trace, action: undefined };
  const gathered = [sql`count(*)::text as page_total`, ...gatheredColumns(recorded)];
  const [name, query] = recordedCte(recorded);
  return sql`with ${ROWS} as (select * from json_to_recordset(${traces}::text::json) as traced(${columns})), ${ANSWER} as (select ${list(gathered)} from ${ROWS}), ${name} as (${query}) select ${echoSql} as audit_recorded`;
}
