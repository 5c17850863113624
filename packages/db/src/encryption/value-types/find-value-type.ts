import { arrayType } from "./array-type.ts";
import { booleanType } from "./boolean-type.ts";
import { byteaType } from "./bytea-type.ts";
import { charType } from "./char-type.ts";
import { dateTimeType } from "./date-time-type.ts";
import { enumOf, enumType } from "./enum-type.ts";
import { floatType } from "./float-type.ts";
import { integerType } from "./integer-type.ts";
import { intervalType } from "./interval-type.ts";
import { jsonType } from "./json-type.ts";
import { numericType } from "./numeric-type.ts";
import { textType } from "./text-type.ts";
import { uuidType } from "./uuid-type.ts";
import type { ValueType } from "./value-type.ts";

const TYPES: Readonly<Record<string, ValueType>> = {
  text: textType(),
  varchar: textType(),
  smallint: integerType("smallint", 16),
  integer: integerType("integer", 32),
  bigint: integerType("bigint", 64),
  numeric: numericType(),
  real: floatType("real"),
  "double precision": floatType("double precision"),
  boolean: booleanType,
  uuid: uuidType,
  date: dateTimeType("date"),
  time: dateTimeType("time"),
  timestamp: dateTimeType("timestamp"),
  "timestamp with time zone": dateTimeType("timestamptz"),
  bytea: byteaType,
  char: charType(1),
  interval: intervalType(),
  json: jsonType,
  jsonb: jsonType,
};

/** What may be encrypted, for messages. */
export const ENCRYPTED_TYPES: string = [
  ...Object.keys(TYPES),
  "char(n)",
  "varchar(n)",
  "numeric(p, s)",
  "time(p)",
  "timestamp(p)",
  "interval(p)",
  "an enum",
  "an array of these but bytea, json and jsonb",
].join(", ");

/** Of these an array cannot be told from its members, or Drizzle cannot write one. */
const NO_ARRAYS: ReadonlySet<string> = new Set(["bytea", "json", "jsonb"]);

const found = new Map<string, ValueType | undefined>();

/** A type by its name in a Drizzle schema, an enum by that of `enumTypeName`. */
export function findValueType(name: string): ValueType | undefined {
  if (!found.has(name)) found.set(name, parse(name));
  return found.get(name);
}

function parse(name: string): ValueType | undefined {
  const plain = TYPES[name];
  if (plain !== undefined) return plain;
  const enumeration = enumOf(name);
  if (enumeration !== undefined) return enumType(enumeration);
  const element = elementOf(name);
  if (element !== undefined) return arrayOf(element);
  const [, text, length] = /^(varchar|char)\((\d+)\)$/.exec(name) ?? [];
  if (text !== undefined) return text === "char" ? charType(Number(length)) : textType(Number(length));
  const [, kind, digits, zone] =
    /^(timestamp|time|interval) ?\(([0-6])\)( with time zone)?$/.exec(name) ?? [];
  if (kind === "interval" && zone === undefined) return intervalType(Number(digits));
  if (kind === "time" && zone === undefined) return dateTimeType("time", Number(digits));
  if (kind === "timestamp")
    return dateTimeType(zone === undefined ? "timestamp" : "timestamptz", Number(digits));
  const [, precision, scale = "0"] = /^numeric\((\d+)(?:, ?(\d+))?\)$/.exec(name) ?? [];
  return precision === undefined ? undefined : numericType(Number(precision), Number(scale));
}

/** The type that an array's members have, however many dimensions it is declared with; undefined for no array. */
export function elementOf(name: string): string | undefined {
  const element = name.replace(/(?:\[\d*\])+$/, "");
  return element === name ? undefined : element;
}

function arrayOf(element: string): ValueType | undefined {
  const type = NO_ARRAYS.has(element) ? undefined : findValueType(element);
  return type === undefined ? undefined : arrayType(type);
}
