import { repeatable } from "../migrate/make-migration.ts";
import type { MigrationSource } from "../migrate/migration.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { encryptedColumns } from "../schema/encrypted.ts";
import type { EncryptedColumn } from "./encrypted-column.ts";
import { EncryptionError } from "./encryption-error.ts";
import { formatByte, LEAST_BYTES } from "./value-format.ts";

/** Key columns whose text does not depend on a session's settings. */
const ROW_KEY_TYPES = "'uuid', 'smallint', 'integer', 'bigint', 'text', 'character varying'";

/**
 * Brings the encrypted columns of a Drizzle schema module into the database: into `offramp.encrypted_column`, where every
 * application finds them, and as a check constraint on each, so that PostgreSQL refuses a value that is not encrypted,
 * whoever writes it. It runs again whenever they change.
 *
 * Put it after {@link encryptionMigrations} and after the migrations of the tables. Existing columns are checked, which
 * reads the table once.
 *
 * @param options.name tells several schema modules apart in the migration ledger. Default `encrypted-columns`.
 * @throws {MigrationError} a column is not there or is no bytea, its table has no primary key of uuid, integer or text
 * columns, or a value in it is not encrypted.
 *
 * @example
 * import { connect, encrypted, migrate } from "@offramp/db";
 * import { encryptedColumnsMigration, encryptionMigrations } from "@offramp/db/encryption";
 * import { pgTable, text, uuid } from "drizzle-orm/pg-core";
 *
 * const patients = pgTable("patients", {
 *   id: uuid("id").primaryKey(),
 *   ssn: encrypted(text("ssn"), { key: "phi" }),
 * });
 * await migrate(connect(), [encryptionMigrations, encryptedColumnsMigration({ patients })]);
 */
export function encryptedColumnsMigration(
  schema: object,
  options: { readonly name?: string } = {},
): MigrationSource {
  const columns = encryptedColumns(schema);
  if (columns.length === 0) {
    throw new EncryptionError(
      "setting",
      "encryptedColumnsMigration: the schema module has no encrypted column; pass `import * as schema from …`",
    );
  }
  return {
    name: options.name ?? "encrypted-columns",
    migrations: () => [repeatable("columns", [...columns].toSorted(byName).flatMap(statementsOf))],
  };
}

function byName(one: EncryptedColumn, other: EncryptedColumn): number {
  const name = ({ schema, table, column }: EncryptedColumn): string => `${schema}\0${table}\0${column}`;
  return name(one) < name(other) ? -1 : 1;
}

function statementsOf(column: EncryptedColumn): readonly string[] {
  const { schema, table } = column;
  const relation = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const constraint = quoteIdentifier(`${table}_${column.column}_encrypted`.slice(0, 63));
  return [
    noteColumn(column, relation),
    `alter table ${relation} drop constraint if exists ${constraint}`,
    `alter table ${relation} add constraint ${constraint} check (${isEncrypted(column)})`,
  ];
}

/** The table's own key is noted with the column: a value is bound to it, in its order. */
function noteColumn(
  { schema, table, column, key, type, searchable }: EncryptedColumn,
  relation: string,
): string {
  const names = [schema, table, column].map(quoteLiteral);
  return `do $offramp$
declare
  columns text[];
  fits boolean;
begin
  if (select format_type(atttypid, null) from pg_attribute where attrelid = ${quoteLiteral(relation)}::regclass and attname = ${quoteLiteral(column)}) is distinct from 'bytea' then
    raise exception ${quoteLiteral(`${schema}.${table}.${column} is to be encrypted, so it must be a column of type bytea`.replaceAll("%", "%%"))};
  end if;
  select array_agg(a.attname::text order by k.place), bool_and(format_type(a.atttypid, null) in (${ROW_KEY_TYPES}))
  into columns, fits
  from pg_index i
  cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where i.indrelid = ${quoteLiteral(relation)}::regclass and i.indisprimary;
  if fits is not true then
    raise exception ${quoteLiteral(`${schema}.${table}.${column} is to be encrypted, so its table needs a primary key of uuid, integer or text columns, which its values are bound to`.replaceAll("%", "%%"))};
  end if;
  insert into offramp.encrypted_column (table_schema, table_name, column_name, key_name, value_type, searchable, row_key)
  values (${names.join(", ")}, ${quoteLiteral(key)}, ${quoteLiteral(type)}, ${searchable}, columns)
  on conflict (table_schema, table_name, column_name) do update
  set key_name = excluded.key_name, value_type = excluded.value_type, searchable = excluded.searchable, row_key = excluded.row_key;
end
$offramp$`;
}

/** NULL passes. A text in the clear does not begin with such a byte. */
function isEncrypted({ column }: EncryptedColumn): string {
  const name = quoteIdentifier(column);
  const formats = [formatByte(false), formatByte(true)].join(", ");
  return `octet_length(${name}) >= ${LEAST_BYTES} and get_byte(${name}, 0) in (${formats})`;
}

function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
