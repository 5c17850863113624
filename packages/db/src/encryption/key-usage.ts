import type { Queryable } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { EncryptionError } from "./encryption-error.ts";
import { formatByte, keyField, keyOffset } from "./value-format.ts";

/**
 * How many values of a column are written with a version of a data key.
 *
 * @example
 * import type { KeyUsage } from "@offramp/db/encryption";
 *
 * const line = ({ table, column, version, values }: KeyUsage): string => `${table}.${column}: ${values} of ${version}`;
 * console.log(line.name);
 */
export interface KeyUsage {
  /** `schema.table` */
  readonly table: string;
  readonly column: string;
  readonly version: number;
  readonly values: number;
}

const COLUMNS = `
select c.table_schema as schema, c.table_name as table, c.column_name as column
from offramp.encrypted_column c
join pg_catalog.pg_namespace n on n.nspname = c.table_schema
join pg_catalog.pg_class r on r.relnamespace = n.oid and r.relname = c.table_name
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attname = c.column_name and not a.attisdropped
order by 1, 2, 3`;

/**
 * Counts the values of every encrypted column by the version of a data key that they were written with. It reads each
 * table with such columns once. A row-level policy that would hide rows from the count is an error, not a smaller number.
 *
 * @param db a transaction, for which the count turns row-level security off.
 * @throws {EncryptionError} it is no transaction.
 * @throws {ServerError} the role may not read a table, or a policy would filter its rows.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { keyUsage } from "@offramp/db/encryption";
 *
 * const usage = await connect().transaction((transaction) => keyUsage(transaction, "phi"));
 * for (const { table, column, version, values } of usage) console.log(table, column, version, values);
 */
export async function keyUsage(db: Queryable, name: string): Promise<readonly KeyUsage[]> {
  await db.query({ text: "set local row_security = off" });
  const [setting] = await db.query({ text: "select current_setting('row_security') as value" });
  if (setting?.["value"] !== "off") {
    throw new EncryptionError(
      "setting",
      "keyUsage() counts in a transaction, where it can see to it that no policy hides rows: db.transaction((transaction) => keyUsage(transaction, name)).",
    );
  }
  const columns = await db.query({ text: COLUMNS });
  const field = `'\\x${keyField(name).toString("hex")}'::bytea`;
  const usage: KeyUsage[] = [];
  for (const row of columns) {
    const { schema = "", table = "", column = "" } = row as Record<string, string>;
    const value = quoteIdentifier(column);
    const starts = [false, true].map((searchable) => {
      const start = keyOffset(searchable);
      return `when get_byte(${value}, 0) = ${formatByte(searchable)} and substring(${value} from ${start + 1} for ${keyField(name).length}) = ${field} then ${start + keyField(name).length}`;
    });
    const counted = await db.query({
      text: `select get_byte(value, at)::bigint << 24 | get_byte(value, at + 1) << 16 | get_byte(value, at + 2) << 8 | get_byte(value, at + 3) as version, count(*) as values
        from (select ${value} as value, case ${starts.join(" ")} end as at from ${quoteIdentifier(schema)}.${quoteIdentifier(table)} where ${value} is not null) as stored
        where at is not null group by 1 order by 1`,
    });
    for (const { version, values } of counted)
      usage.push({ table: `${schema}.${table}`, column, version: Number(version), values: Number(values) });
  }
  return usage;
}
