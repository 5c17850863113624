import { type SQL, sql } from "drizzle-orm";
import type { PgDialect } from "drizzle-orm/pg-core";
import type { AnySession } from "./any-driver.ts";
import type { DescribedAccess } from "./described-access.ts";
import { sourceOf } from "./origin.ts";
import type { PhiMap } from "./phi-map.ts";
import { type PreparedStatement, runOn } from "./prepared-statement.ts";
import { TRACE, type Trace, TraceGatherer } from "./trace.ts";
import { TracedRelational } from "./trace-relational.ts";
import { tracedChange } from "./trace-returning.ts";
import { tracedSelect } from "./trace-select.ts";

/** What a statement answered, and what its record says of the rows. */
export interface TracedResult {
  readonly result: unknown;
  readonly trace: Trace;
  /** Undefined when the answer is not one row for each row touched. */
  readonly rowCount: number | undefined;
  /** Rows came back, not only how many were changed. */
  readonly shows: boolean;
}

/** A statement with what is known of it, and where it runs. */
export interface TracedRun {
  readonly session: AnySession;
  readonly dialect: PgDialect;
  readonly map: PhiMap;
  readonly access: DescribedAccess;
  readonly statement: PreparedStatement;
  readonly values: Record<string, unknown>;
}

/** Runs a statement so that its rows bring their keys and patients along, and hands the rows on without them. */
export async function runTraced(run: TracedRun): Promise<TracedResult> {
  const { dialect, map, access, statement } = run;
  const origin = sourceOf(statement.query)?.origin;
  const gatherer = new TraceGatherer();
  if (access.touched === undefined || origin === undefined || origin.kind === "refresh") {
    return declaredResult(run, gatherer);
  }
  if (origin.kind === "relational") {
    const { touched } = access;
    const traced = new TracedRelational(
      { dialect, map, touches: (relation) => touched.touches(relation) },
      origin.config,
    );
    const { mapper } = statement;
    let rowCount = 0;
    const result = await runOn(
      run.session,
      {
        ...statement,
        query: dialect.sqlToQuery(traced.sql),
        mapper: (rows, mapColumnValue) => {
          rowCount = rows.length;
          return mapper?.(traced.strip(rows, gatherer), mapColumnValue);
        },
      },
      run.values,
    );
    return { result, trace: gatherer, rowCount, shows: true };
  }
  return rowsResult(
    run,
    origin.kind === "select" ? selectSql(run, origin) : tracedChange({ dialect, map }, origin),
  );
}

function selectSql(
  { dialect, map }: TracedRun,
  { config }: { readonly config: Parameters<PgDialect["buildSelectQuery"]>[0] },
): SQL | undefined {
  const traced = tracedSelect({ dialect, map }, config);
  return traced === undefined ? undefined : dialect.buildSelectQuery(traced);
}

/** Of a builder: each row has its trace as one more field, or none has. */
async function rowsResult(run: TracedRun, traced: SQL | undefined): Promise<TracedResult> {
  const { statement } = run;
  const gatherer = new TraceGatherer();
  if (traced === undefined) {
    const result = await runOn(run.session, statement, run.values);
    const rows = rowsOf(result);
    return { result, trace: gatherer, rowCount: rows?.length, shows: rows !== undefined && rows.length > 0 };
  }
  const { fields } = statement;
  const result = await runOn(
    run.session,
    {
      ...statement,
      query: run.dialect.sqlToQuery(traced),
      fields: fields && [...fields, { path: [TRACE], field: sql`null`.as(TRACE) }],
    },
    run.values,
  );
  const rows = rowsOf(result) ?? [];
  const rowCount = rows.length;
  for (const row of rows) {
    gatherer.add(row[TRACE]);
    delete row[TRACE];
  }
  // A change that returned nothing still returns nothing: the driver's count stays beside the rows.
  if (fields === undefined) rows.length = 0;
  return { result, trace: gatherer, rowCount, shows: fields !== undefined };
}

async function declaredResult(run: TracedRun, gatherer: TraceGatherer): Promise<TracedResult> {
  const result = await runOn(run.session, run.statement, run.values);
  const rows = rowsOf(result);
  const { declared } = run.access;
  for (const subject of declared?.subjects ?? []) gatherer.add({ s: subject });
  const column = declared?.subjectColumn;
  if (column !== undefined) {
    for (const row of rows ?? []) if (row[column] !== undefined) gatherer.add({ s: String(row[column]) });
  }
  return { result, trace: gatherer, rowCount: rows?.length, shows: rows !== undefined && rows.length > 0 };
}

/** Drivers answer with the rows, or with an object that has them. */
function rowsOf(result: unknown): Record<string, unknown>[] | undefined {
  if (Array.isArray(result)) return result as Record<string, unknown>[];
  const { rows } = (typeof result === "object" && result !== null ? result : {}) as {
    readonly rows?: unknown;
  };
  return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : undefined;
}
