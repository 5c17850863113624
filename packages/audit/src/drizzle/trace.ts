import { sql, type SQL } from "drizzle-orm";
import type { PhiRelation } from "./phi-map.ts";

/** The column that is added to a statement and taken out of its rows again. */
export const TRACE = "offramp_trace";

/** What the record says of the rows that a statement showed or changed. */
export interface Trace {
  /** Keys by `schema.relation`. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>;
  readonly subjects: ReadonlySet<string>;
}

/** A row's entry: its relation, key and patient. Undefined for a relation that has neither. */
export function traceEntry(alias: string, relation: PhiRelation): SQL | undefined {
  const column = (name: string): SQL => sql`${sql.identifier(alias)}.${sql.identifier(name)}`;
  const keys = relation.key.map(column);
  const subject = relation.subject === undefined ? undefined : patient(column(relation.subject), relation);
  const probe = keys[0] ?? subject;
  if (probe === undefined) return undefined;
  const [only] = keys;
  // Several columns are one text that no single key is confused with.
  const key =
    keys.length === 1 ? sql`${only}::text` : sql`jsonb_build_array(${sql.join(keys, sql`, `)})::text`;
  const name = sql`${`${relation.schema}.${relation.name}`}::text`;
  const fields = [
    sql`'r', ${name}`,
    ...(keys.length > 0 ? [sql`'k', ${key}`] : []),
    ...(subject === undefined ? [] : [sql`'s', ${subject}::text`]),
  ];
  // An outer join's missing row has no key.
  return sql`case when ${probe} is not null then jsonb_build_object(${sql.join(fields, sql`, `)}) end`;
}

/** Through the foreign keys on the way. */
function patient(column: SQL, { hops }: PhiRelation): SQL {
  const hop = sql.identifier("offramp_hop");
  return hops.reduce((from, { schema, table, key, next }) => {
    const relation = sql`${sql.identifier(schema)}.${sql.identifier(table)}`;
    return sql`(select ${hop}.${sql.identifier(next)} from ${relation} as ${hop} where ${hop}.${sql.identifier(key)} = ${from})`;
  }, column);
}

/** The entries of one row, with those of what it is joined to. */
export function traceList(entries: readonly SQL[]): SQL {
  return sql`jsonb_build_array(${sql.join([...entries], sql`, `)})`;
}

/** Gathers traces as the database wrote them: entries, in lists of any depth. */
export class TraceGatherer implements Trace {
  readonly keys: Map<string, Set<string>> = new Map();
  readonly subjects: Set<string> = new Set();

  add(trace: unknown): void {
    if (typeof trace === "string") return this.add(JSON.parse(trace));
    if (Array.isArray(trace)) return trace.forEach((member) => this.add(member));
    if (typeof trace !== "object" || trace === null) return;
    const { r, k, s } = trace as { readonly r?: string; readonly k?: string; readonly s?: string };
    if (r !== undefined && k !== undefined) {
      const known = this.keys.get(r) ?? new Set();
      this.keys.set(r, known.add(k));
    }
    if (s !== undefined && s !== null) this.subjects.add(s);
  }
}
