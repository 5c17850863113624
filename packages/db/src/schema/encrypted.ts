import type { EncryptedColumn } from "../encryption/encrypted-column.ts";
import { EncryptionError } from "../encryption/encryption-error.ts";
import { enumTypeName } from "../encryption/value-types/enum-type.ts";
import { ENCRYPTED_TYPES, findValueType } from "../encryption/value-types/find-value-type.ts";

/**
 * How a column is encrypted.
 *
 * @example
 * import type { EncryptedOptions } from "@offramp/db";
 *
 * const options: EncryptedOptions = { key: "phi", searchable: "equality" };
 * console.log(options);
 */
export interface EncryptedOptions {
  /** The name of its data key: lower-case letters, digits, `_`, `-` and `.`, at most 63. */
  readonly key: string;
  /**
   * Lets `eq` and `in` find values, by a keyed hash in front of each. Whoever sees the table then sees which rows have
   * equal values, and how often; not for columns of few values, such as a diagnosis.
   */
  readonly searchable?: "equality";
}

/** What is used of a Drizzle column builder. */
interface Builder {
  readonly config: Record<PropertyKey, unknown>;
  build(table: unknown): BuiltColumn;
}

interface BuiltColumn {
  getSQLType(): string;
  mapToDriverValue(value: unknown): unknown;
  mapFromDriverValue(value: unknown): unknown;
}

/** What an enum's column and an array's have beside. */
interface TypedColumn extends BuiltColumn {
  readonly enum?: { readonly enumName: string; readonly enumValues: readonly string[] };
  readonly baseColumn?: TypedColumn;
}

const ENCRYPTED = Symbol.for("offramp.encrypted");

/** Where Drizzle keeps a table's parts. */
const TABLE_NAME = Symbol.for("drizzle:Name");
const TABLE_SCHEMA = Symbol.for("drizzle:Schema");
const TABLE_COLUMNS = Symbol.for("drizzle:Columns");

interface Mark {
  readonly key: string;
  readonly type: string;
  readonly searchable: boolean;
}

/** How a Drizzle column without its encryption would map values to a driver's and back. */
const MAPPING = Symbol.for("offramp.encrypted.mapping");

/** Drizzle's own mapping of an encrypted column. */
export interface ColumnMapping {
  readonly toDriver: (value: unknown) => unknown;
  readonly fromDriver: (value: unknown) => unknown;
}

/**
 * Marks a column of a Drizzle table as encrypted and returns it: in the database it is a `bytea`, in TypeScript it keeps
 * its type. Values are encrypted where they are written and decrypted where they are read, by the client of
 * `@offramp/supabase-shim` and by `encryptedDrizzle`; PostgreSQL sees neither value nor key.
 *
 * Each value is bound to its schema, table, column and row (by primary key), so it cannot be moved: the table needs a
 * primary key of uuid, integer or text columns, which never changes while a value is there, and table and column keep
 * their names.
 *
 * Types: text, varchar, char, smallint, integer, bigint, numeric, real, double precision, boolean, uuid, date, time,
 * timestamp (with and without time zone), interval, bytea, enums, json, jsonb, and arrays of these but bytea, json and jsonb.
 * `.array()` makes a new builder, so mark its result: `encrypted(text("tags").array(), …)`.
 *
 * @throws {TypeError} the type cannot be encrypted or searched, or the column has a default in the database, is a key,
 * unique or generated.
 *
 * @example
 * import { encrypted, phi } from "@offramp/db";
 * import { blindIndex } from "@offramp/db/drizzle";
 * import { date, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
 *
 * const patients = pgTable(
 *   "patients",
 *   {
 *     id: uuid("id").primaryKey().defaultRandom(),
 *     ssn: phi(encrypted(text("ssn").notNull(), { key: "phi", searchable: "equality" }), "identifier"),
 *     born: phi(encrypted(date("born"), { key: "phi" }), "demographic"),
 *     chart: phi(encrypted(jsonb("chart").$type<{ allergies: string[] }>(), { key: "phi" }), "health"),
 *   },
 *   (table) => [index("patients_ssn_idx").on(blindIndex(table.ssn))],
 * );
 * const row: typeof patients.$inferInsert = { ssn: "078-05-1120", born: "1980-02-29", chart: { allergies: [] } };
 * console.log(row);
 */
export function encrypted<T extends object>(column: T, { key, searchable }: EncryptedOptions): T {
  if (!isBuilder(column))
    throw new TypeError('encrypted() takes a Drizzle column builder, such as text("ssn")');
  if (!/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(key)) {
    throw new TypeError(
      "encrypted(): key has lower-case letters, digits, _, - and . alone, and at most 63 of them",
    );
  }
  const build = column.build.bind(column);
  Object.assign(column, {
    build(table: unknown) {
      refuse(column.config);
      const built = build(table);
      const type = typeOf(built);
      column.config[ENCRYPTED] = markOf(String(column.config["name"]), {
        key,
        type,
        searchable: searchable === "equality",
      });
      column.config[MAPPING] = {
        toDriver: built.mapToDriverValue.bind(built),
        fromDriver: built.mapFromDriverValue.bind(built),
      } satisfies ColumnMapping;
      const name = String(column.config["name"]);
      Object.assign(built, {
        getSQLType: () => "bytea",
        mapToDriverValue: () => refuseValue(name),
        mapFromDriverValue: () => refuseValue(name),
      });
      return built;
    },
  });
  return column;
}

/**
 * The encrypted columns of all tables in a schema module.
 *
 * @example
 * import { encrypted, encryptedColumns } from "@offramp/db";
 * import { pgTable, text, uuid } from "drizzle-orm/pg-core";
 *
 * const notes = pgTable("notes", { id: uuid("id").primaryKey(), text: encrypted(text("text"), { key: "phi" }) });
 * for (const { table, column, key } of encryptedColumns({ notes })) console.log(`${table}.${column}: ${key}`);
 */
export function encryptedColumns(schemaModule: object): readonly EncryptedColumn[] {
  return Object.values(schemaModule).flatMap((value: unknown) => {
    if (typeof value !== "object" || value === null || !(TABLE_COLUMNS in value)) return [];
    const columns = Object.values(
      (value as Record<symbol, unknown>)[TABLE_COLUMNS] as Record<string, object>,
    );
    return columns.flatMap((column) => encryptedColumnOf(column) ?? []);
  });
}

/** What a Drizzle column's mark says; undefined when it is not encrypted. Of an alias, its own table's. */
export function encryptedColumnOf(column: object): EncryptedColumn | undefined {
  const { config, table, name } = column as {
    config?: Record<symbol, unknown>;
    table?: Record<symbol, unknown>;
    name?: string;
  };
  const mark = config?.[ENCRYPTED] as Mark | undefined;
  if (mark === undefined || table === undefined) return undefined;
  const schema = table[TABLE_SCHEMA];
  const original = table[Symbol.for("drizzle:OriginalName")] ?? table[TABLE_NAME];
  return {
    schema: typeof schema === "string" ? schema : "public",
    table: String(original),
    column: String(name),
    ...mark,
  };
}

export function mappingOf(column: object): ColumnMapping {
  const { config } = column as { config?: Record<symbol, unknown> };
  return config?.[MAPPING] as ColumnMapping;
}

/** Drizzle without keys shows no bytes as if they were values, and writes nothing in the clear. */
function refuseValue(name: string): never {
  throw new EncryptionError(
    "setting",
    `The column ${name} is encrypted. Use encryptedDrizzle() of @offramp/db/drizzle, and compare the column with eq() or inArray() alone.`,
  );
}

/** The type as it is noted: no enum of the database's is behind an encrypted column, so its values are noted too. */
function typeOf(column: TypedColumn): string {
  const { enum: enumeration, baseColumn } = column;
  if (baseColumn !== undefined) return `${typeOf(baseColumn)}[]`;
  if (enumeration !== undefined) return enumTypeName(enumeration.enumName, enumeration.enumValues);
  return column.getSQLType();
}

function isBuilder(column: object): column is Builder {
  return (
    "config" in column &&
    typeof column.config === "object" &&
    "build" in column &&
    typeof column.build === "function"
  );
}

function markOf(name: string, mark: Mark): Mark {
  const type = findValueType(mark.type);
  if (type === undefined)
    throw new TypeError(
      `encrypted(): the column "${name}" has the type ${mark.type}; it can be ${ENCRYPTED_TYPES}`,
    );
  if (mark.searchable && !type.searchable)
    throw new TypeError(
      `encrypted(): the column "${name}" of type ${mark.type} cannot be searched for equality`,
    );
  return mark;
}

function refuse(config: Record<PropertyKey, unknown>): void {
  const what =
    config["primaryKey"] === true
      ? "is a primary key"
      : config["isUnique"] === true
        ? "is unique, but equal values are stored differently"
        : config["generated"] !== undefined || config["generatedIdentity"] !== undefined
          ? "is generated by the database, which has no key"
          : config["default"] !== undefined
            ? "has a default in the database, which would be stored in the clear; use $defaultFn()"
            : undefined;
  if (what !== undefined) throw new TypeError(`encrypted(): the column "${String(config["name"])}" ${what}`);
}
