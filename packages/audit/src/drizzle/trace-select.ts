import { is, type SQL, sql, Subquery, Table, View, WithSubquery } from "drizzle-orm";
import type { PgDialect } from "drizzle-orm/pg-core";
import { tableAlias, tableName } from "./drizzle-names.ts";
import { originOf, type SelectConfig } from "./origin.ts";
import type { PhiMap } from "./phi-map.ts";
import { Touched } from "./touched.ts";
import { TRACE, traceEntry, traceList } from "./trace.ts";

/** What a select is traced with. */
export interface Tracing {
  readonly dialect: PgDialect;
  readonly map: PhiMap;
}

/**
 * The select with the trace of each row as one more field; undefined where a row of the answer is not a row of a
 * relation: grouped, aggregated, distinct or combined.
 */
export function tracedSelect(tracing: Tracing, config: SelectConfig): SelectConfig | undefined {
  const touched = new Touched(tracing.map);
  touched.select({ ...config, withList: [] });
  if (!tracesRows(config) || touched.aggregates) return undefined;

  const ctes = tracedCtes(tracing, config);
  const entries: SQL[] = [];
  const traced = <Source>(source: Source): Source => {
    const { source: replaced, entry } = tracedSource(tracing, { source, touched, ctes });
    if (entry !== undefined) entries.push(entry);
    return replaced as Source;
  };
  const sources = {
    table: traced(config.table),
    ...(config.joins === undefined
      ? {}
      : { joins: config.joins.map((join) => ({ ...join, table: traced(join.table) })) }),
  };
  if (entries.length === 0) return undefined;
  const field = traceList(entries).as(TRACE);
  return {
    ...config,
    ...sources,
    fields: { ...config.fields, [TRACE]: field },
    ...(config.fieldsFlat === undefined
      ? {}
      : { fieldsFlat: [...config.fieldsFlat, { path: [TRACE], field }] }),
    ...(config.withList === undefined
      ? {}
      : { withList: config.withList.map((cte) => ctes.get(cte) ?? cte) }),
  };
}

function tracesRows({ distinct, groupBy, having, setOperators }: SelectConfig): boolean {
  return !distinct && (groupBy?.length ?? 0) === 0 && having === undefined && setOperators.length === 0;
}

interface SourceTracing {
  readonly source: unknown;
  readonly touched: Touched;
  readonly ctes: ReadonlyMap<Subquery, Subquery>;
}

function tracedSource(
  tracing: Tracing,
  { source, touched, ctes }: SourceTracing,
): { readonly source: unknown; readonly entry: SQL | undefined } {
  if (is(source, Table)) {
    const { schema, name } = tableName(source);
    const relation = tracing.map.find(schema, name);
    const shown = relation !== undefined && touched.touches(relation);
    return { source, entry: shown ? traceEntry(tableAlias(source), relation) : undefined };
  }
  if (is(source, View) || !is(source, Subquery)) return { source, entry: undefined };
  const { alias } = source._;
  const trace = sql`${sql.identifier(alias)}.${sql.identifier(TRACE)}`;
  if (is(source, WithSubquery)) {
    const known = [...ctes].some(([cte]) => cte._.alias === alias);
    return { source, entry: known ? trace : undefined };
  }
  const replaced = tracedSubquery(tracing, source);
  return replaced === undefined ? { source, entry: undefined } : { source: replaced, entry: trace };
}

function tracedCtes(tracing: Tracing, { withList }: SelectConfig): ReadonlyMap<Subquery, Subquery> {
  const traced = (withList ?? []).map((cte) => [cte, tracedSubquery(tracing, cte)] as const);
  return new Map(traced.filter((pair): pair is [Subquery, Subquery] => pair[1] !== undefined));
}

function tracedSubquery(tracing: Tracing, subquery: Subquery): Subquery | undefined {
  const { sql: inner, selectedFields, alias, isWith } = subquery._;
  const origin = originOf(inner);
  if (origin?.kind !== "select") return undefined;
  const config = tracedSelect(tracing, origin.config);
  if (config === undefined) return undefined;
  const rebuilt = tracing.dialect.buildSelectQuery(config);
  return isWith
    ? new WithSubquery(rebuilt, selectedFields, alias, true)
    : new Subquery(rebuilt, selectedFields, alias);
}
