import type { Database } from "@offramp/db";
import type { QualifiedName } from "../../schema-cache/index.ts";

/** What may be done to the rows of a relation, by what it is; whose rights that takes is another matter. */
export interface RelationMethods {
  readonly insertable: boolean;
  readonly updatable: boolean;
  readonly deletable: boolean;
}

/**
 * A table can be written; a view or foreign table if PostgreSQL can pass a write on, or a trigger does it. The numbers
 * are PostgreSQL's: a bit for each command.
 */
const RELATION_METHODS_SQL = `
select
  (m.plain or m.writes & 8 = 8)::text as insertable,
  (m.plain or m.writes & 4 = 4)::text as updatable,
  (m.plain or m.writes & 16 = 16)::text as deletable
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select c.relkind in ('r', 'p') as plain,
    case when c.relkind in ('v', 'f') then pg_catalog.pg_relation_is_updatable(c.oid, true) else 0 end as writes
) m
where n.nspname = $1 and c.relname = $2`;

/**
 * Asks PostgreSQL what it can do with a relation.
 *
 * @throws {ConnectionError} the database cannot be reached.
 */
export async function relationMethods(
  database: Database,
  { schema, name }: QualifiedName,
): Promise<RelationMethods> {
  const [row] = await database.query({ text: RELATION_METHODS_SQL, values: [schema, name] });
  return {
    insertable: row?.["insertable"] === "true",
    updatable: row?.["updatable"] === "true",
    deletable: row?.["deletable"] === "true",
  };
}
