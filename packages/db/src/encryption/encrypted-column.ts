import { type ColumnPlace, columnName } from "./column-place.ts";
import { EncryptionError } from "./encryption-error.ts";
import { findValueType } from "./value-types/find-value-type.ts";
import { inputText, InvalidValue, type ValueType } from "./value-types/value-type.ts";

/**
 * An encrypted column, by its names in the database.
 *
 * @example
 * import { encrypted, encryptedColumns } from "@offramp/db";
 * import type { EncryptedColumn } from "@offramp/db/encryption";
 * import { pgTable, text, uuid } from "drizzle-orm/pg-core";
 *
 * const patients = pgTable("patients", {
 *   id: uuid("id").primaryKey(),
 *   ssn: encrypted(text("ssn"), { key: "phi", searchable: "equality" }),
 * });
 * const columns: readonly EncryptedColumn[] = encryptedColumns({ patients });
 * console.log(columns.map(({ column, type }) => `${column}: ${type}`));
 */
export interface EncryptedColumn extends ColumnPlace {
  /** The name of its data key. */
  readonly key: string;
  /** The type of its values, as PostgreSQL calls it. */
  readonly type: string;
  readonly searchable: boolean;
}

/**
 * A value's JSON as it is kept, from JSON as a client gives it: what `KeyRing.open` gives of a value that was sealed.
 *
 * @throws {EncryptionError} it is no value of the column's type. The message does not repeat it.
 *
 * @example
 * import { type EncryptedColumn, readValue } from "@offramp/db/encryption";
 *
 * const born: EncryptedColumn = { schema: "public", table: "patients", column: "born", key: "phi", type: "date", searchable: false };
 * console.log(readValue(born, '"Feb 29 1980"'));
 */
export function readValue(column: EncryptedColumn, json: string): string {
  try {
    return typeOf(column).fromJson(json);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw new EncryptionError(
      "invalid-value",
      `${error.message}, for the encrypted column ${columnName(column)}`,
      error.sqlstate,
    );
  }
}

/** What is equal for equal values; undefined where the column is not searchable. */
export function equalityOf(column: EncryptedColumn, json: string): string | undefined {
  if (!column.searchable) return undefined;
  return typeOf(column).equality?.(json) ?? json;
}

/**
 * A decrypted value as a PostgreSQL driver gives it before a column's own mapping: booleans, bytes and arrays as
 * such, anything else as PostgreSQL prints it.
 *
 * @example
 * import { driverValue, type EncryptedColumn } from "@offramp/db/encryption";
 *
 * const born: EncryptedColumn = { schema: "public", table: "patients", column: "born", key: "phi", type: "date", searchable: false };
 * console.log(driverValue(born, '"1980-02-29"'));
 */
export function driverValue(column: EncryptedColumn, json: string): unknown {
  const type = typeOf(column);
  return type.driverValue === undefined ? inputText(json) : type.driverValue(json);
}

/**
 * A decrypted value as PostgreSQL prints one of its type: `t` for true, `{a,b}` for an array.
 *
 * @example
 * import { type EncryptedColumn, valueText } from "@offramp/db/encryption";
 *
 * const tags: EncryptedColumn = { schema: "public", table: "notes", column: "tags", key: "phi", type: "text[]", searchable: false };
 * console.log(valueText(tags, '["a","b c"]')); // {a,"b c"}
 */
export function valueText(column: EncryptedColumn, json: string): string {
  return typeOf(column).text?.(json) ?? inputText(json);
}

/**
 * A key column's value as PostgreSQL prints it, from JSON as a client gives it: what encrypted values are bound to. What
 * is no value of the type stays as it is, for PostgreSQL to refuse.
 *
 * @param type `uuid`, `smallint`, `integer`, `bigint`, or a text.
 *
 * @example
 * import { rowKeyText } from "@offramp/db/encryption";
 *
 * console.log(rowKeyText("integer", '" 007"')); // 7
 */
export function rowKeyText(type: string, json: string): string {
  const text = inputText(json);
  try {
    return inputText(findValueType(type)?.fromJson(json) ?? JSON.stringify(text));
  } catch (error) {
    if (error instanceof InvalidValue) return text;
    throw error;
  }
}

function typeOf(column: EncryptedColumn): ValueType {
  const type = findValueType(column.type);
  if (type !== undefined) return type;
  throw new EncryptionError(
    "setting",
    `The encrypted column ${columnName(column)} has the type ${column.type}, which this release cannot encrypt.`,
  );
}
