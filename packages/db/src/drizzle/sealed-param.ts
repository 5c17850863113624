import { Param } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { EncryptedColumn } from "../encryption/encrypted-column.ts";
import { rowKeyText } from "../encryption/encrypted-column.ts";
import type { KeyRing } from "../encryption/key-ring.ts";
import { mappingOf } from "../schema/encrypted.ts";
import { filled } from "./drizzle-parts.ts";

type Values = Readonly<Record<string, unknown>>;

/** A parameter whose value is encrypted, or hashed to tokens, when the statement runs and the keys are there. */
export abstract class SealedParam {
  abstract seal(keys: KeyRing, values: Values): unknown;

  /** Whoever prints a statement's parameters before it runs sees no value. */
  toJSON(): string {
    return "(encrypted when it runs)";
  }
}

/** A value of an encrypted column, and the key of the row that it is written to. */
export class SealedValue extends SealedParam {
  readonly #column: PgColumn;
  readonly #encrypted: EncryptedColumn;
  readonly #value: unknown;
  readonly #key: readonly KeyValue[];

  constructor(
    column: PgColumn,
    encrypted: EncryptedColumn,
    { value, key }: { readonly value: unknown; readonly key: readonly KeyValue[] },
  ) {
    super();
    this.#column = column;
    this.#encrypted = encrypted;
    this.#value = value;
    this.#key = key;
  }

  seal(keys: KeyRing, values: Values): unknown {
    const value = filled(this.#value, values);
    if (value === null || value === undefined) return null;
    const row = this.#key.map(({ column, value: given }) =>
      rowKeyText(keyType(column), JSON.stringify(driverText(column.mapToDriverValue(filled(given, values))))),
    );
    return keys.seal(this.#encrypted, row, jsonOf(this.#column, this.#encrypted, value));
  }
}

/** The tokens of the values that a searchable column may equal, as an array literal. */
export class SealedTokens extends SealedParam {
  readonly #column: PgColumn;
  readonly #encrypted: EncryptedColumn;
  readonly #given: readonly unknown[];

  constructor(column: PgColumn, encrypted: EncryptedColumn, given: readonly unknown[]) {
    super();
    this.#column = column;
    this.#encrypted = encrypted;
    this.#given = given;
  }

  seal(keys: KeyRing, values: Values): unknown {
    const tokens = this.#given
      .map((each) => filled(each, values))
      .filter((value) => value !== null && value !== undefined)
      .flatMap((value) => keys.tokens(this.#encrypted, jsonOf(this.#column, this.#encrypted, value)));
    return `{${tokens.map((token) => `"\\\\x${token.toString("hex")}"`).join(",")}}`;
  }
}

/** A column of a row's key, and its value as the builder was given it. */
export interface KeyValue {
  readonly column: PgColumn;
  readonly value: unknown;
}

/** As a statement's parameter, which Drizzle hands on as it is. */
export function sealedParam(sealed: SealedParam): Param {
  return new Param(sealed);
}

/** A value as JSON, from what Drizzle's own column would give a driver. */
function jsonOf(column: PgColumn, { type }: EncryptedColumn, value: unknown): string {
  const mapped = mappingOf(column).toDriver(value);
  // Drizzle sends JSON as its text.
  if (type === "json" || type === "jsonb") return String(mapped);
  return JSON.stringify(driverText(mapped));
}

function driverText(mapped: unknown): unknown {
  if (mapped instanceof Date) return mapped.toISOString();
  if (mapped instanceof Uint8Array) return `\\x${Buffer.from(mapped).toString("hex")}`;
  return typeof mapped === "bigint" ? String(mapped) : mapped;
}

/** Drizzle's name of a key's type, as {@link rowKeyText} knows it. */
function keyType(column: PgColumn): string {
  const type = column.getSQLType();
  return type === "serial"
    ? "integer"
    : type === "bigserial"
      ? "bigint"
      : type === "smallserial"
        ? "smallint"
        : type;
}
