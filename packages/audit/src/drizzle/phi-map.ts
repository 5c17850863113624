import type { Queryable } from "@offramp/db";

/** What the inventory and the catalog say of a relation that holds PHI. */
export interface PhiRelation {
  readonly schema: string;
  readonly name: string;
  readonly columns: ReadonlySet<string>;
  /** The primary key, unless a column of it is PHI, which no record holds. Empty for a view. */
  readonly key: readonly string[];
  /** The column that leads to the patient. */
  readonly subject: string | undefined;
  /** The foreign keys on the way to the patient, from that column on. */
  readonly hops: readonly SubjectHop[];
}

/** The row of a table whose `key` was arrived at, and its column that leads on. */
export interface SubjectHop {
  readonly schema: string;
  readonly table: string;
  readonly key: string;
  readonly next: string;
}

/** What a statement's text may use without anyone knowing what it reads. */
export interface KnownFunctions {
  readonly scalar: ReadonlySet<string>;
  readonly aggregate: ReadonlySet<string>;
}

/**
 * The relations of a database that hold PHI: those that are marked, what inherits from them (partitions too), and
 * every view over them, all of whose columns count.
 */
export class PhiMap {
  readonly functions: KnownFunctions;
  readonly #relations: ReadonlyMap<string, PhiRelation>;
  readonly #byName: ReadonlyMap<string, PhiRelation>;

  constructor(relations: readonly PhiRelation[], functions: KnownFunctions) {
    this.functions = functions;
    this.#relations = new Map(relations.map((relation) => [`${relation.schema}.${relation.name}`, relation]));
    // Of two relations of one name the one in public counts, as it does for a table without a schema.
    this.#byName = new Map(
      relations
        .toSorted((one, other) => Number(one.schema === "public") - Number(other.schema === "public"))
        .map((relation) => [relation.name, relation]),
    );
  }

  /** A Drizzle table without a schema is found through the search path, which only the server knows. */
  find(schema: string | undefined, name: string): PhiRelation | undefined {
    return schema === undefined ? this.#byName.get(name) : this.#relations.get(`${schema}.${name}`);
  }
}

/** One query, so that all of it is of one moment. The functions left out read relations that are named in a text. */
const TEXT = `
with recursive marked as (
  select c.oid, array_agg(p.column_name::text) as columns, max(s.column_name) as subject,
    max(s.followed_schema) as followed_schema, max(s.followed_table) as followed_table, max(s.followed_key) as followed_key
  from audit.phi_column p
  join pg_catalog.pg_namespace n on n.nspname = p.table_schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.table_name
  left join audit.phi_subject s using (table_schema, table_name)
  group by c.oid
), edge(parent, child, is_view) as (
  select inhparent, inhrelid, false from pg_catalog.pg_inherits
  union
  select d.refobjid, w.ev_class, true
  from pg_catalog.pg_depend d
  join pg_catalog.pg_rewrite w on w.oid = d.objid and w.ev_class <> d.refobjid
  where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
), reached(oid, source, is_view) as (
  select oid, oid, false from marked
  union
  select edge.child, reached.source, reached.is_view or edge.is_view
  from reached join edge on edge.parent = reached.oid
), relation as (
  select n.nspname as schema, c.relname as name,
    case when bool_or(r.is_view)
      then array(select attname::text from pg_catalog.pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped)
      else array(select distinct unnest(m.columns) from reached k join marked m on m.oid = k.source where k.oid = c.oid)
    end as columns,
    case when bool_or(r.is_view) then '{}' else array(
      select a.attname::text from pg_catalog.pg_index i
      join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, place) on true
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
      where i.indrelid = c.oid and i.indisprimary order by k.place
    ) end as key,
    case when bool_or(r.is_view) then null else max(m.subject) end as subject,
    max(m.followed_schema) as followed_schema, max(m.followed_table) as followed_table, max(m.followed_key) as followed_key
  from reached r
  join marked m on m.oid = r.source
  join pg_catalog.pg_class c on c.oid = r.oid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  group by c.oid, n.nspname, c.relname
), routine as (
  select proname::text as name, bool_or(prokind = 'a') as aggregate
  from pg_catalog.pg_proc
  where pronamespace = 'pg_catalog'::pg_catalog.regnamespace
    and proname !~ '_to_xml|^ts_stat$|^ts_rewrite$|^pg_|^lo_|^loread$|^lowrite$'
  group by proname
)
select
  (select coalesce(json_agg(relation), '[]') from relation)::text as relations,
  (select coalesce(json_agg(s), '[]') from audit.phi_subject s)::text as ways,
  (select coalesce(json_agg(name) filter (where not aggregate), '[]') from routine)::text as scalar,
  (select coalesce(json_agg(name) filter (where aggregate), '[]') from routine)::text as aggregate`;

interface RelationRow {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly subject: string | null;
  readonly followed_schema: string | null;
  readonly followed_table: string | null;
  readonly followed_key: string | null;
}

/** A row of audit.phi_subject. */
interface WayRow extends Pick<RelationRow, "followed_schema" | "followed_table" | "followed_key"> {
  readonly table_schema: string;
  readonly table_name: string;
  readonly column_name: string;
}

/** From one followed table to the next, until a column has the patient's id; undefined where none does. */
function hopsFrom(
  start: Pick<WayRow, "followed_schema" | "followed_table" | "followed_key">,
  ways: readonly WayRow[],
): readonly SubjectHop[] | undefined {
  const hops: SubjectHop[] = [];
  for (let at = start; at.followed_table !== null;) {
    const { followed_schema: schema, followed_table: table, followed_key: key } = at;
    const way = ways.find((each) => each.table_schema === schema && each.table_name === table);
    if (way === undefined || schema === null || key === null || hops.length > ways.length) return undefined;
    hops.push({ schema, table, key, next: way.column_name });
    at = way;
  }
  return hops;
}

/**
 * Reads what holds PHI, from the inventory and the catalog.
 *
 * @throws {ServerError} the trail is not installed, or the connection may not read its inventory.
 */
export async function loadPhiMap(db: Queryable): Promise<PhiMap> {
  const [row] = await db.query({ text: TEXT });
  const read = <T>(column: string): readonly T[] => JSON.parse(row?.[column] ?? "[]") as T[];
  const ways = read<WayRow>("ways");
  const relations = read<RelationRow>("relations").map((relation) => {
    const { schema, name, columns, key, subject } = relation;
    const marked = new Set(columns);
    const named = key.some((column) => marked.has(column)) ? [] : key;
    const hops = hopsFrom(relation, ways);
    return {
      schema,
      name,
      columns: marked,
      key: named,
      subject: hops === undefined ? undefined : (subject ?? undefined),
      hops: hops ?? [],
    };
  });
  return new PhiMap(relations, {
    scalar: new Set(read<string>("scalar")),
    aggregate: new Set(read<string>("aggregate")),
  });
}
