import type { Queryable } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import type { EncryptedColumn } from "./encrypted-column.ts";
import { EncryptionError } from "./encryption-error.ts";

/**
 * A table, by its names in the database.
 *
 * @example
 * import type { TableToEncrypt } from "@offramp/db/encryption";
 *
 * const table: TableToEncrypt = { schema: "clinic", table: "patients" };
 * console.log(table);
 */
export interface TableToEncrypt {
  /** Default `public`. */
  readonly schema?: string;
  readonly table: string;
}

/** A table with encrypted columns, as the database knows it. */
export interface MarkedTable {
  /** `schema.table`, for messages and jobs. */
  readonly name: string;
  /** Quoted. */
  readonly relation: string;
  readonly columns: readonly EncryptedColumn[];
  /** The primary key in its order, quoted, with each column's type. */
  readonly key: readonly { readonly name: string; readonly type: string }[];
}

const TEXT = `
select c.column_name as column, c.key_name as key, c.value_type as type, c.searchable,
  (
    select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by k.place)
    from unnest(c.row_key) with ordinality as k(name, place)
    join pg_attribute a on a.attrelid = to_regclass($3) and a.attname = k.name
  )::text as row_key
from offramp.encrypted_column c
where c.table_schema = $1 and c.table_name = $2 order by c.column_name`;

/** @throws {EncryptionError} the table has no encrypted column. */
export async function readMarkedTable(
  db: Queryable,
  { schema = "public", table }: TableToEncrypt,
): Promise<MarkedTable> {
  const relation = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const rows = await db.query({ text: TEXT, values: [schema, table, relation] });
  const [first] = rows;
  if (first === undefined) {
    throw new EncryptionError(
      "setting",
      `${schema}.${table} has no encrypted column. Add encryptedColumnsMigration(schema) to migrate().`,
    );
  }
  const key = JSON.parse(first["row_key"] ?? "[]") as { readonly name: string; readonly type: string }[];
  return {
    name: `${schema}.${table}`,
    relation,
    key: key.map(({ name, type }) => ({ name: quoteIdentifier(name), type })),
    columns: rows.map((row) => ({
      schema,
      table,
      column: row["column"] ?? "",
      key: row["key"] ?? "",
      type: row["type"] ?? "",
      searchable: row["searchable"] === "t",
    })),
  };
}
