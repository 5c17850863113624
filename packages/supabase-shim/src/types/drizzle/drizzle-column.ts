import type { Json } from "../json.ts";
import type { DrizzleColumn } from "./drizzle-table.ts";

type Facts = DrizzleColumn["_"];

/** Columns whose JSON is a number, whatever Drizzle makes of it. */
type NumberColumn =
  | "PgNumeric"
  | "PgNumericNumber"
  | "PgNumericBigInt"
  | "PgBigInt53"
  | "PgBigInt64"
  | "PgBigSerial53"
  | "PgBigSerial64";

/** Columns whose JSON is the database's own text. */
type TextColumn =
  | "PgVector"
  | "PgHalfVector"
  | "PgSparseVector"
  | "PgPointTuple"
  | "PgPointObject"
  | "PgLine"
  | "PgLineABC"
  | "PgLineTuple"
  | "PgBytea";

/** The value of a column as the JSON of an answer has it, which is not always what Drizzle's own queries give. */
export type JsonOf<Column> = Column extends { readonly _: infer Of extends Facts }
  ? Of["columnType"] extends NumberColumn
    ? number
    : Of["columnType"] extends TextColumn
      ? string
      : OfDataType<Of>
  : Column extends { readonly _: { readonly type: infer Value } }
    ? OfExpression<Value>
    : unknown;

/** An expression of a view: `sql<number>` says itself what it is. */
type OfExpression<Value> = Value extends string | number | boolean | null ? Value : unknown;

type OfDataType<Of extends Facts> = Of["dataType"] extends "json"
  ? unknown extends Of["data"]
    ? Json
    : Of["data"]
  : Of["dataType"] extends "array"
    ? Of extends { readonly baseColumn: infer Base }
      ? JsonOf<Base>[]
      : unknown
    : Of["dataType"] extends "date" | "dateDuration" | "duration" | "localTime" | "buffer"
      ? string
      : Of["dataType"] extends "bigint"
        ? number
        : Of["data"] extends string | number | boolean
          ? Of["data"]
          : unknown;

/** With null, where the column may be. */
export type NullableJsonOf<Column> = Column extends { readonly _: { readonly notNull: true } }
  ? JsonOf<Column>
  : JsonOf<Column> | null;

/** Never written: an identity that is always generated, or a generated column. */
export type IsGenerated<Column> = Column extends { readonly _: { readonly identity: "always" } }
  ? true
  : Column extends { readonly _: { readonly generated: { readonly type: "always" } } }
    ? true
    : Column extends { readonly _: { readonly generated: { readonly type: "stored" } } }
      ? true
      : false;

/** An insert must give it: no null, and no default in the database. A `$default` function runs in Drizzle alone. */
export type IsRequired<Column> = Column extends { readonly _: { readonly notNull: true } }
  ? Column extends { readonly _: { readonly hasRuntimeDefault: true } }
    ? true
    : Column extends { readonly _: { readonly hasDefault: true } }
      ? false
      : true
  : false;

/** The name of a column in the database. */
export type ColumnName<Column> = Column extends { readonly _: { readonly name: infer Name extends string } }
  ? Name
  : never;
