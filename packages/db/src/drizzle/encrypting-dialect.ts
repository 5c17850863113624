import { Column, getTableName, is, type Query, SQL, sql, Subquery, type Table } from "drizzle-orm";
import { randomUUID } from "node:crypto";
import { type PgColumn, PgDialect } from "drizzle-orm/pg-core";
import { columnName } from "../encryption/column-place.ts";
import { EncryptionError } from "../encryption/encryption-error.ts";
import type { KeyRing } from "../encryption/key-ring.ts";
import { encryptedColumnOf } from "../schema/encrypted.ts";
import { columnsOf, keyColumnsOf, paramOf, pinnedValue, textOf } from "./drizzle-parts.ts";
import { refuseSearch, rewriteSql } from "./rewrite-sql.ts";
import { type KeyValue, SealedValue, sealedParam } from "./sealed-param.ts";
import { asWritten, openedColumn, shownColumn } from "./shown-column.ts";

type InsertConfig = Parameters<PgDialect["buildInsertQuery"]>[0];
type SelectConfig = Parameters<PgDialect["buildSelectQuery"]>[0];
type UpdateConfig = Parameters<PgDialect["buildUpdateQuery"]>[0];
type RelationalConfig = Parameters<PgDialect["buildRelationalQueryWithoutPK"]>[0];
type Fields = readonly { readonly path: readonly string[]; readonly field: unknown }[];

/** Writes Drizzle's SQL with encrypted columns selected by row, searched by token, and written as ciphertext. */
export class EncryptingDialect extends PgDialect {
  // No #private: a wrapper around this dialect inherits from the object itself, as auditedDrizzle does.
  protected readonly keys: KeyRing;
  /** The names of the subqueries that the selects being built read from, innermost last. */
  protected readonly scopes: ReadonlySet<string>[] = [];

  /** With the casing of the dialect that it stands for. */
  constructor(dialect: PgDialect, keys: KeyRing) {
    super();
    this.keys = keys;
    Object.assign(this, { casing: (dialect as unknown as { readonly casing: unknown }).casing });
    const inherited = (
      this as unknown as { buildSelection: (fields: Fields, options?: object) => SQL }
    ).buildSelection.bind(this);
    // Drizzle's types call it private.
    Object.assign(this, {
      buildSelection: (fields: Fields, options?: object) =>
        inherited(
          fields.map((item) => shownField(item, (column) => this.shownName(column))),
          options,
        ),
    });
  }

  /** A subquery selects an encrypted column with its row's key already: what reads from it takes that as it is. */
  override buildSelectQuery(config: SelectConfig): SQL {
    const sources = [config.table, ...(config.joins ?? []).map(({ table }) => table)];
    const names = sources.flatMap((source) => (is(source, Subquery) ? [source._.alias] : []));
    this.scopes.push(new Set(names));
    try {
      const conditions = [config.where, config.having, ...(config.joins ?? []).map(({ on }) => on)];
      for (const condition of conditions) refuseSearch(condition, (column) => this.isOfSubquery(column));
      return super.buildSelectQuery(config);
    } finally {
      this.scopes.pop();
    }
  }

  protected isOfSubquery({ table }: Column): boolean {
    return this.scopes.some((names) => names.has(getTableName(table)));
  }

  /** What a selected column is named for a select around this one; undefined where a subquery has shown it. */
  protected shownName(column: Column): string | undefined {
    if (this.isOfSubquery(column)) return undefined;
    const { casing } = this as unknown as { readonly casing: { getColumnCasing(of: Column): string } };
    return casing.getColumnCasing(column);
  }

  override sqlToQuery(statement: SQL, invokeSource?: "indexes"): ReturnType<PgDialect["sqlToQuery"]> {
    return super.sqlToQuery(rewriteSql(statement), invokeSource) satisfies Query;
  }

  override buildInsertQuery(config: InsertConfig): SQL {
    const columns = encryptedOf(config.table);
    if (columns.length === 0) return super.buildInsertQuery(config);
    if (config.select === true || !Array.isArray(config.values)) {
      throw refused(columns, "cannot be inserted from a select: the database has no key to encrypt with");
    }
    refuseOtherConflict(config, columns);
    const rows = config.values as readonly Row[];
    return super.buildInsertQuery({
      ...config,
      values: rows.map((row) => sealedRow(config.table, row)),
    } as InsertConfig);
  }

  override buildUpdateQuery(config: UpdateConfig): SQL {
    const { table, set, where } = config;
    const columns = encryptedOf(table);
    if (columns.length === 0) return super.buildUpdateQuery(config);
    const key = keyColumnsOf(table);
    const row = set as Row;
    const changed = Object.entries(columnsOf(table)).find(
      ([name, column]) => row[name] !== undefined && key.includes(column),
    );
    if (changed !== undefined)
      throw refused(columns, "is bound to the primary key of its row, so the key cannot change");
    if (columns.every(([name]) => row[name] === undefined)) return super.buildUpdateQuery(config);
    const pinned = key.map((column) => pinnedValue(where, column));
    const values = key.flatMap((column, index): KeyValue[] => {
      const value = pinned[index];
      return value === undefined ? [] : [{ column, value: value.value }];
    });
    const sealed = columns.map(
      ([name, column]) =>
        [name, row[name] === undefined ? undefined : sealedField(column, row[name], values)] as const,
    );
    return super.buildUpdateQuery({
      ...config,
      set: { ...set, ...Object.fromEntries(sealed) } as UpdateConfig["set"],
    });
  }

  /** Of `onConflictDoUpdate`: what is set is known when the row is not. */
  override buildUpdateSet(...[table, set]: Parameters<PgDialect["buildUpdateSet"]>): SQL {
    const columns = encryptedOf(table);
    const given = columns.filter(([name]) => {
      const param = paramOf((set as Row)[name]);
      return param !== undefined && param.value !== null && !(param.value instanceof SealedValue);
    });
    if (given.length > 0) {
      throw refused(
        given,
        "is bound to its row, which a conflict does not name: set it to sql`excluded.…` where the conflict is on the primary key",
      );
    }
    const built = super.buildUpdateSet(table, set);
    if (columns.some(([name]) => writes((set as Row)[name]))) setsOfEncrypted.add(built);
    return built;
  }

  override buildRelationalQueryWithoutPK(
    config: RelationalConfig,
  ): ReturnType<PgDialect["buildRelationalQueryWithoutPK"]> {
    const built = super.buildRelationalQueryWithoutPK(config);
    for (const item of built.selection) Object.assign(item, { field: openedColumn(item.field, this.keys) });
    return built;
  }
}

/** What `onConflictDoUpdate` sets, where encrypted columns are among it. */
const setsOfEncrypted = new WeakSet<SQL>();

function writes(value: unknown): boolean {
  return value !== undefined && paramOf(value)?.value !== null;
}

/** `excluded.…` is bound to the key of the row that was to be inserted, which is the stored row's on a conflict of keys alone. */
function refuseOtherConflict({ table, onConflict }: InsertConfig, columns: readonly Named[]): void {
  const chunks = onConflict?.queryChunks ?? [];
  const sets = chunks.some((chunk) => is(chunk, SQL) && setsOfEncrypted.has(chunk));
  if (!sets) return;
  const target = chunks.map((chunk) => textOf(chunk) ?? "").find((text) => text.startsWith('"')) ?? "";
  const named = target.split(",").map((name) => name.slice(1, -1).replaceAll('""', '"'));
  const key = keyColumnsOf(table).map(({ name }) => name);
  if (named.length === key.length && named.every((name) => key.includes(name))) return;
  throw refused(
    columns,
    "is bound to the primary key of its row, which a conflict on other columns does not know: look for the row, and update or insert it by its key",
  );
}

type Row = Readonly<Record<string, unknown>>;
type Named = readonly [name: string, column: PgColumn];

function encryptedOf(table: Table): readonly Named[] {
  return Object.entries(columnsOf(table)).filter(([, column]) => encryptedColumnOf(column) !== undefined);
}

function shownField<Item extends Fields[number]>(
  item: Item,
  shownName: (column: Column) => string | undefined,
): Item {
  const { field } = item;
  if (is(field, Column) && encryptedColumnOf(field) !== undefined) {
    const name = shownName(field);
    const shown = name === undefined ? asWritten(sql`${field}`) : shownColumn(field as PgColumn).as(name);
    return { ...item, field: shown };
  }
  const shown = is(field, SQL.Aliased) ? shownInside(field) : field;
  // Here, because Drizzle writes a column of a single table as a mere name.
  if (is(shown, SQL.Aliased)) rewriteSql(shown.sql);
  else if (is(shown, SQL)) rewriteSql(shown);
  return shown === field ? item : { ...item, field: shown };
}

/** The rows of a relation, which Drizzle gathers into JSON itself. */
function shownInside(field: SQL.Aliased): SQL.Aliased {
  const shown = withShownColumns(field.sql);
  return shown === field.sql ? field : new SQL.Aliased(shown, field.fieldAlias);
}

function withShownColumns(statement: SQL): SQL {
  const builds = textOf(statement.queryChunks[0]) === "json_build_array(";
  const chunks = statement.queryChunks.map((chunk) => {
    if (!is(chunk, SQL)) return chunk;
    return builds ? new SQL(chunk.queryChunks.map(shownChunk)) : withShownColumns(chunk);
  });
  return chunks.some((chunk, index) => chunk !== statement.queryChunks[index]) ? new SQL(chunks) : statement;
}

function shownChunk<Chunk>(chunk: Chunk): Chunk | SQL {
  return is(chunk, Column) && encryptedColumnOf(chunk) !== undefined
    ? shownColumn(chunk as unknown as PgColumn)
    : chunk;
}

/** A row of an insert: with its key, which its encrypted values are bound to. */
function sealedRow(table: Table, given: Row): Row {
  const columns = encryptedOf(table);
  const row: Record<string, unknown> = { ...given };
  for (const [name, column] of Object.entries(columnsOf(table))) {
    const needed = column.primary || encryptedColumnOf(column) !== undefined;
    if (needed && isMissing(row[name]) && column.defaultFn !== undefined)
      row[name] = sql.param(column.defaultFn(), column);
  }
  const written = columns.filter(([name]) => !isMissing(row[name]));
  if (written.length === 0) return row;
  const key = keyColumnsOf(table).flatMap((column): KeyValue[] => {
    const name = Object.entries(columnsOf(table)).find(([, each]) => each === column)?.[0] ?? "";
    if (isMissing(row[name]) && isRandomUuid(column)) row[name] = sql.param(randomUUID(), column);
    const param = paramOf(row[name]);
    return param === undefined ? [] : [{ column, value: param.value }];
  });
  for (const [name, column] of written) row[name] = sealedField(column, row[name], key);
  return row;
}

/** A value for a row whose key is known; NULL is bound to none. */
function sealedField(column: PgColumn, given: unknown, key: readonly KeyValue[]): unknown {
  const param = paramOf(given);
  const encrypted = encryptedColumnOf(column);
  if (encrypted === undefined) return given;
  if (param === undefined) throw refused([["", column]], "takes values alone: SQL cannot be encrypted");
  if (param.value === null) return param;
  if (key.length < keyColumnsOf(column.table).length) {
    throw refused(
      [["", column]],
      "is bound to the primary key of its row, which the statement does not name: insert it with its key, or update it where(eq(key, value))",
    );
  }
  return sealedParam(new SealedValue(column, encrypted, { value: param.value, key }));
}

function isMissing(value: unknown): boolean {
  return value === undefined || (paramOf(value) !== undefined && paramOf(value)?.value === undefined);
}

/** `defaultRandom()`, whose value may as well be made here. */
function isRandomUuid(column: PgColumn): boolean {
  return (
    is(column.default, SQL) &&
    column.default.queryChunks.map((chunk) => textOf(chunk)).join("") === "gen_random_uuid()"
  );
}

function refused(columns: readonly Named[], what: string): EncryptionError {
  const [, column] = columns[0] ?? [];
  const encrypted = column === undefined ? undefined : encryptedColumnOf(column);
  return new EncryptionError(
    "setting",
    `The encrypted column ${encrypted === undefined ? "" : columnName(encrypted)} ${what}.`,
  );
}
