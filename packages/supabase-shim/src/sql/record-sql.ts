import type { AuditPlan, NodeTrace } from "../plan/index.ts";
import { CALLER_FIELDS, callerFieldSql } from "./caller-fields-sql.ts";
import { ident, list, literal, param, type Sql, sql } from "./fragment.ts";
import { KEY, SUBJECT, TRACE, type TraceForm } from "./trace-sql.ts";

/** Up to so many keys of a relation a record names one by one; of more it has the count, a digest and the range. */
const KEYS_NAMED = 1000;

/** The names under which an audited statement has its parts. */
export const ANSWER: Sql = ident("offramp_answer");
const RECORDED: Sql = ident("offramp_recorded");
const ENTRIES: Sql = ident("offramp_entries");
const KEYS: Sql = ident("audit_keys");
const SUBJECTS: Sql = ident("audit_subjects");
const TRACES: Sql = ident("audit_traces");

/** An audited statement's rows, and how they are told of. */
export interface Recorded {
  readonly audit: AuditPlan;
  /** The rows by their name, from which one record for each patient is made. */
  readonly rows: Sql;
  readonly form: TraceForm | undefined;
  /** Of a flat trace. */
  readonly trace: NodeTrace | undefined;
  /** The action where only the result tells it. */
  readonly action: Sql | undefined;
}

type Cte = readonly [name: Sql, query: Sql];

/** What a record needs of the rows, as columns beside those of the answer that is made of the same rows. */
export function gatheredColumns({ form, trace, audit }: Recorded): readonly Sql[] {
  if (form === "nested") return [sql`jsonb_agg(${TRACE}) as ${TRACES}`];
  if (form === undefined || audit.granularity === "subject") return [];
  return [
    sql`${keyArray(trace)} as ${KEYS}`,
    ...(subjectIsKey(trace)
      ? []
      : [sql`array_agg(distinct ${SUBJECT}) filter (where ${SUBJECT} is not null) as ${SUBJECTS}`]),
  ];
}

/** The CTE behind the answer that says what is recorded. */
export function recordedCte(recorded: Recorded): Cte {
  return [RECORDED, recordedSql(recorded)];
}

/**
 * The CTEs behind the answer: what is recorded, and the INSERT, which PostgreSQL runs whether or not anything reads
 * from it. Who acts in the database and when are the columns' defaults, which no writer may set.
 */
export function recordCtes(recorded: Recorded): readonly Cte[] {
  const { audit, action } = recorded;
  const known: readonly (readonly [name: string, value: Sql])[] = [
    ...CALLER_FIELDS.map((field) => [field, callerFieldSql(field)] as const),
    ["action", action ?? literal(audit.action)],
    ["relations", textArray(audit.relations)],
    ["columns", textArray(audit.columns)],
    ["filters", textArray(audit.filters)],
    ["record_keys", sql`${RECORDED}.record_keys`],
    ["subjects", sql`${RECORDED}.subjects`],
    ["row_count", sql`${RECORDED}.row_count`],
  ];
  const from = action === undefined ? RECORDED : sql`${RECORDED}, ${ANSWER}`;
  return [
    recordedCte(recorded),
    [
      ident("offramp_record"),
      sql`insert into audit.phi_access_log (${list(known.map(([name]) => ident(name)))}) select ${list(known.map(([, value]) => value))} from ${from}`,
    ],
  ];
}

/** What was recorded, as a JSON array: a transaction that rolls back takes the records with it. */
export const echoSql: Sql = sql`(select json_agg(${RECORDED}) from ${RECORDED})::text`;

function textArray(names: readonly string[]): Sql {
  return names.length === 0 ? sql`'{}'::text[]` : sql`array[${list(names.map(literal))}]`;
}

/** Without rows that tell it, the patient may be an argument of the call. */
function argumentSubjects({ subject }: AuditPlan): Sql {
  if (subject === undefined) return sql`'{}'::text[]`;
  if (subject.kind === "value") return sql`array_remove(array[${param(subject.value)}::text], null)`;
  const json = sql`${param(subject.json)}::text::json`;
  const object = subject.shape === "array" ? sql`(${json}->0)` : sql`(${json})`;
  return sql`array_remove(array[${object}->>${literal(subject.name)}], null)`;
}

function recordedSql({ form, trace, rows, audit }: Recorded): Sql {
  if (form === undefined) {
    return sql`select null::jsonb as record_keys, ${argumentSubjects(audit)} as subjects, page_total::bigint as row_count from ${ANSWER}`;
  }
  if (form === "nested") return audit.granularity === "call" ? nestedForCall : nestedForSubjects;
  if (audit.granularity === "subject") {
    const one = sql`select ${keysOf(trace, keyArray(trace))} as record_keys, case when ${SUBJECT} is null then '{}' else array[${SUBJECT}] end as subjects, count(*) as row_count`;
    return sql`${one} from ${rows} group by ${SUBJECT} union all select null, '{}', 0 where not exists (select from ${rows})`;
  }
  const subjects = subjectIsKey(trace) ? KEYS : SUBJECTS;
  return sql`select ${keysOf(trace, KEYS)} as record_keys, coalesce(${subjects}, '{}') as subjects, page_total::bigint as row_count from ${ANSWER}`;
}

/** The keys of a table's own rows are as many as the rows; elsewhere a row may be shown twice. */
function keyArray(trace: NodeTrace | undefined): Sql {
  if (trace === undefined || trace.key.length === 0) return sql`null::text[]`;
  return trace.unique ? sql`array_agg(${KEY})` : sql`array_agg(distinct ${KEY})`;
}

function subjectIsKey(trace: NodeTrace | undefined): boolean {
  const [only] = trace?.key ?? [];
  return (
    only !== undefined &&
    trace?.key.length === 1 &&
    trace.unique &&
    trace.subject?.hops.length === 0 &&
    trace.subject.column.column === only.column
  );
}

function keysOf(trace: NodeTrace | undefined, keys: Sql): Sql {
  if (trace === undefined || trace.key.length === 0) return sql`null::jsonb`;
  const { schema, name } = trace.relation;
  return sql`case when ${keys} is not null then jsonb_build_object(${literal(`${schema}.${name}`)}, ${boundedKeys(keys)}) end`;
}

function boundedKeys(keys: Sql): Sql {
  return sql`case when cardinality(${keys}) > ${literal(String(KEYS_NAMED))} then audit.digest_keys(${keys}) else to_jsonb(${keys}) end`;
}

/** The traces of all rows and of those embedded in them, as one set. */
const entries: Sql = sql`pg_catalog.jsonb_path_query(${TRACES}, 'strict $.** ? (@.type() == "object")') as entry`;

const nestedForCall: Sql = sql`select
  (select jsonb_object_agg(per.relation, ${boundedKeys(sql`per.keys`)}) from (
    select entry->>'r' as relation, array_agg(distinct entry->>'k') as keys from ${entries} where entry ? 'k' group by 1
  ) as per) as record_keys,
  coalesce((select array_agg(distinct entry->>'s') from ${entries} where entry->>'s' is not null), '{}') as subjects,
  page_total::bigint as row_count from ${ANSWER}`;

const nestedForSubjects: Sql = sql`with ${ENTRIES} as materialized (
    select entry->>'r' as relation, entry->>'k' as key, entry->>'s' as subject from ${ANSWER}, ${entries}
  ), per_relation as (
    select subject, relation, array_agg(distinct key) filter (where key is not null) as keys, count(*) as rows
    from ${ENTRIES} group by subject, relation
  )
  select jsonb_object_agg(relation, ${boundedKeys(sql`keys`)}) filter (where keys is not null) as record_keys,
    case when subject is null then '{}' else array[subject] end as subjects, sum(rows)::bigint as row_count
  from per_relation group by subject
  union all select null, '{}', 0 where not exists (select from ${ENTRIES})`;
