import type { Json } from "./json.ts";

/**
 * The types that PostgreSQL's types have as JSON, by every name that a cast may use: the catalog's and SQL's.
 * PostgreSQL, "Data Types", table 8.1.
 */
interface CastTypes {
  int2: number;
  int4: number;
  int8: number;
  smallint: number;
  int: number;
  integer: number;
  bigint: number;
  float4: number;
  float8: number;
  float: number;
  real: number;
  decimal: number;
  numeric: number;
  oid: number;
  bool: boolean;
  boolean: boolean;
  json: Json;
  jsonb: Json;
  record: Record<string, unknown>;
  bit: string;
  bpchar: string;
  bytea: string;
  char: string;
  cidr: string;
  citext: string;
  date: string;
  inet: string;
  interval: string;
  macaddr: string;
  money: string;
  name: string;
  regclass: string;
  text: string;
  time: string;
  timestamp: string;
  timestamptz: string;
  timetz: string;
  tsquery: string;
  tsvector: string;
  uuid: string;
  varbit: string;
  varchar: string;
  vector: string;
  xml: string;
}

/** What a value is after `::name`. A schema's own enums and composite types are known; others are `unknown`. */
export type CastType<Schema, Name> = Name extends keyof CastTypes
  ? CastTypes[Name]
  : Name extends `_${infer Element}`
    ? CastType<Schema, Element>[]
    : Schema extends { Enums: Record<Name & string, infer Value> }
      ? Value
      : Schema extends { CompositeTypes: Record<Name & string, infer Value> }
        ? Value
        : unknown;
