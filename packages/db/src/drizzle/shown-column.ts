import { Column, is, SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { driverValue } from "../encryption/encrypted-column.ts";
import { EncryptionError } from "../encryption/encryption-error.ts";
import type { KeyRing } from "../encryption/key-ring.ts";
import { encryptedColumnOf, mappingOf } from "../schema/encrypted.ts";
import { keyColumnsOf } from "./drizzle-parts.ts";

/** SQL that this module wrote around an encrypted column, which is no misuse of it. */
const written = new WeakSet<SQL>();

export function isWritten(chunk: SQL): boolean {
  return written.has(chunk);
}

/** Keeps SQL from being taken for a misuse of the encrypted columns in it. */
export function asWritten<Made extends SQL>(made: Made): Made {
  written.add(made);
  return made;
}

/** What is selected for an encrypted column: its bytes in base64 and the key of its row, as a JSON text. */
export function shownColumn(column: PgColumn): SQL {
  const key = keyColumnsOf(column.table);
  if (key.length === 0) {
    throw new EncryptionError(
      "setting",
      `The column ${column.name} is encrypted, and Drizzle's table has no primary key, which its values are bound to.`,
    );
  }
  // Flat, because Drizzle leaves out the table's name in it where a statement has one table.
  const chunks = key.flatMap((each) => [sql.raw(", "), each, sql.raw("::text")]);
  return asWritten(
    new SQL([
      ...sql`case when ${column} is not null then json_build_array(encode(${column}, 'base64')`.queryChunks,
      ...chunks,
      ...sql`)::text end`.queryChunks,
    ]),
  );
}

/** The column, with a decoder that decrypts what {@link shownColumn} selects. To Drizzle it is still the column. */
export function openedColumn<Field>(field: Field, keys: KeyRing): Field {
  if (!is(field, Column)) return field;
  const encrypted = encryptedColumnOf(field);
  if (encrypted === undefined) return field;
  const decode = (value: unknown): unknown => {
    const [bytes = "", ...row] = JSON.parse(String(value)) as string[];
    const json = keys.open(encrypted, row, Buffer.from(bytes, "base64"));
    return mappingOf(field).fromDriver(driverValue(encrypted, json));
  };
  return new Proxy(field, {
    get: (target, name) =>
      name === "mapFromDriverValue" ? decode : (Reflect.get(target, name, target) as unknown),
  });
}
