import type { Database } from "@offramp/db";
import { valueTypeParts } from "@offramp/db/encryption";
import { type ExecuteError, ok, type Result } from "../errors/index.ts";
import { queryAs, type Session } from "../execute/index.ts";
import {
  type ColumnEncryption,
  findTable,
  type KeyRelationship,
  relationshipsFrom,
  type SchemaCache,
} from "../schema-cache/index.ts";
import { DESCRIPTION_SQL } from "./description-sql.ts";
import type { ColumnDescription, RelationDescription, SchemaDescription } from "./schema-description.ts";

/** Which schema to describe, and to whom. */
export interface Describing {
  readonly schema: string;
  readonly session: Session;
  readonly cache: SchemaCache;
  /** Only what the session's role may use. */
  readonly followPrivileges: boolean;
}

/** What PostgreSQL tells of a relation by itself; its keys come from the schema cache, which follows them through views. */
interface RelationRow extends Omit<RelationDescription, "primaryKey"> {
  /** The names of the foreign keys that the relation itself declares. */
  readonly ownKeys: readonly string[];
}

interface DescriptionRow extends Omit<SchemaDescription, "relations"> {
  readonly relations: readonly RelationRow[];
}

/** Reads what the OpenAPI document tells. */
export async function describeSchema(
  database: Database,
  { schema, session, cache, followPrivileges }: Describing,
): Promise<Result<SchemaDescription, ExecuteError>> {
  const values = [schema, String(followPrivileges)];
  const rows = await queryAs(database, { text: DESCRIPTION_SQL, values }, session);
  if (!rows.ok) return rows;
  const { relations, ...rest } = JSON.parse(rows.value[0]?.["json"] ?? "{}") as DescriptionRow;
  return ok({ ...rest, relations: relations.map((relation) => withKeys(relation, schema, cache)) });
}

function withKeys(
  { ownKeys, columns, ...relation }: RelationRow,
  schema: string,
  cache: SchemaCache,
): RelationDescription {
  const name = { schema, name: relation.name };
  const keys = relationshipsFrom(cache, name)
    .filter((relationship) => relationship.kind === "key")
    .filter((key) => key.foreignTable.schema === schema && pointsAway(key, ownKeys))
    .toSorted((one, other) => Number(one.foreignTableIsView) - Number(other.foreignTableIsView));
  const table = findTable(cache, name);
  return {
    ...relation,
    primaryKey: table?.primaryKey ?? [],
    columns: columns.map((column) => ({
      ...column,
      ...plainType(table?.columns.get(column.name)?.encryption),
      ...referenceOf(column.name, keys),
    })),
  };
}

/**
 * An encrypted column as its values are to whoever has keys, and not as the bytes that are stored. A type is no value, and
 * a document that changed with the keys of the process that wrote it would be of no use to a generator.
 */
function plainType(
  encryption: ColumnEncryption | undefined,
): Partial<Pick<ColumnDescription, "type" | "maxLength" | "values" | "encrypted">> {
  if (encryption === undefined) return {};
  const { name, array, labels, length } = valueTypeParts(encryption.type);
  return {
    type: array ? `${name}[]` : name,
    encrypted: { searchable: encryption.searchable },
    ...(length === undefined ? {} : { maxLength: length }),
    ...(labels === undefined || array ? {} : { values: labels }),
  };
}

/** The foreign key is the relation's own, rather than one that refers to it. */
function pointsAway({ cardinality, constraint }: KeyRelationship, ownKeys: readonly string[]): boolean {
  return cardinality === "many-to-one" || (cardinality === "one-to-one" && ownKeys.includes(constraint));
}

function referenceOf(
  column: string,
  keys: readonly KeyRelationship[],
): Pick<ColumnDescription, "references"> {
  for (const { columns, foreignTable } of keys) {
    const [pair, ...more] = columns;
    if (more.length === 0 && pair?.[0] === column) {
      return { references: { relation: foreignTable.name, column: pair[1] } };
    }
  }
  return {};
}
