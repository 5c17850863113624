import { is, One, type SQL } from "drizzle-orm";
import type { PgDialect } from "drizzle-orm/pg-core";
import { tableName } from "./drizzle-names.ts";
import type { RelationalConfig } from "./origin.ts";
import type { PhiMap, PhiRelation } from "./phi-map.ts";
import { TRACE, traceEntry, type TraceGatherer, traceList } from "./trace.ts";

/** Which relations of a query are named in its record. */
export interface RelationalTracing {
  readonly dialect: PgDialect;
  readonly map: PhiMap;
  readonly touches: (relation: PhiRelation) => boolean;
}

type Built = ReturnType<PgDialect["buildRelationalQueryWithoutPK"]>;
/** What is used of each field that Drizzle selects. */
type Selection = readonly {
  readonly tsKey: string;
  readonly isJson: boolean;
  readonly relationTableTsKey: string | undefined;
  readonly selection: Selection;
}[];

/** A relational query whose rows, those of its relations included, carry their trace as one more field. */
export class TracedRelational {
  readonly sql: SQL;
  readonly #config: RelationalConfig;
  readonly #selection: Selection;

  constructor(tracing: RelationalTracing, config: RelationalConfig) {
    const built = tracingDialect(tracing).buildRelationalQueryWithoutPK(config);
    this.sql = built.sql as SQL;
    this.#config = config;
    this.#selection = built.selection;
  }

  /** The rows as they would have come without the trace, which goes to the gatherer. */
  strip(rows: readonly (readonly unknown[])[], gatherer: TraceGatherer): unknown[][] {
    const { schema, tableConfig } = this.#config;
    const stripRow = (row: readonly unknown[], selection: Selection, table: typeof tableConfig): unknown[] =>
      selection.flatMap((item, index) => {
        const value = row[index];
        if (item.tsKey === TRACE) {
          gatherer.add(value);
          return [];
        }
        const inner = item.relationTableTsKey === undefined ? undefined : schema[item.relationTableTsKey];
        if (!item.isJson || inner === undefined) return [value];
        const related: unknown = typeof value === "string" ? JSON.parse(value) : value;
        if (!Array.isArray(related)) return [related];
        if (is(table.relations[item.tsKey], One)) return [stripRow(related, item.selection, inner)];
        return [related.map((each: unknown[]) => stripRow(each, item.selection, inner))];
      });
    return rows.map((row) => stripRow(row, this.#selection, tableConfig));
  }
}

/** Builds each level as the dialect does, with the trace among its extra fields. */
function tracingDialect({ dialect: base, map, touches }: RelationalTracing): PgDialect {
  const tracing: Partial<PgDialect> & ThisType<PgDialect> = {
    buildRelationalQueryWithoutPK(config: RelationalConfig): Built {
      const { schema, name } = tableName(config.table);
      const relation = map.find(schema, name);
      const entry =
        relation !== undefined && touches(relation) ? traceEntry(config.tableAlias, relation) : undefined;
      return base.buildRelationalQueryWithoutPK.call(
        this,
        entry === undefined ? config : withTrace(config, entry),
      );
    },
  };
  return Object.assign(Object.create(base) as PgDialect, tracing);
}

function withTrace(config: RelationalConfig, entry: SQL): RelationalConfig {
  const asked = config.queryConfig === true ? {} : config.queryConfig;
  const trace = { [TRACE]: traceList([entry]).as(TRACE) };
  const { extras } = asked;
  return {
    ...config,
    queryConfig: {
      ...asked,
      extras:
        typeof extras === "function"
          ? (fields, operators) => ({ ...extras(fields, operators), ...trace })
          : { ...extras, ...trace },
    },
  };
}
