import { booleanType } from "./boolean-type.ts";
import { dateTimeType } from "./date-time-type.ts";
import { floatType } from "./float-type.ts";
import { integerType } from "./integer-type.ts";
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
  json: jsonType,
  jsonb: jsonType,
};

/** What may be encrypted, for messages. */
export const ENCRYPTED_TYPES: string = [
  ...Object.keys(TYPES),
  "varchar(n)",
  "numeric(p, s)",
  "time(p)",
  "timestamp(p)",
].join(", ");

const found = new Map<string, ValueType | undefined>();

/** A type by its name in a Drizzle schema. */
export function findValueType(name: string): ValueType | undefined {
  if (!found.has(name)) found.set(name, parse(name));
  return found.get(name);
}

function parse(name: string): ValueType | undefined {
  const plain = TYPES[name];
  if (plain !== undefined) return plain;
  const length = /^varchar\((\d+)\)$/.exec(name)?.[1];
  if (length !== undefined) return textType(Number(length));
  const [, kind, digits, zone] = /^(timestamp|time) ?\(([0-6])\)( with time zone)?$/.exec(name) ?? [];
  if (kind === "time" && zone === undefined) return dateTimeType("time", Number(digits));
  if (kind === "timestamp")
    return dateTimeType(zone === undefined ? "timestamp" : "timestamptz", Number(digits));
  const [, precision, scale = "0"] = /^numeric\((\d+)(?:, ?(\d+))?\)$/.exec(name) ?? [];
  return precision === undefined ? undefined : numericType(Number(precision), Number(scale));
}
