import { enumOf } from "./value-types/enum-type.ts";
import { elementOf } from "./value-types/find-value-type.ts";

/**
 * What a type of encrypted values is made of, for whoever describes a table to others: a generator of types, an API's
 * document.
 *
 * @example
 * import { valueTypeParts, type ValueTypeParts } from "@offramp/db/encryption";
 *
 * const parts: ValueTypeParts = valueTypeParts("varchar(11)");
 * console.log(parts.name, parts.length); // character varying 11
 */
export interface ValueTypeParts {
  /** As PostgreSQL's `format_type` prints it without modifiers; of an array its members' type; of an enum its own name. */
  readonly name: string;
  readonly array: boolean;
  /** The values of an enum, in their order. */
  readonly labels?: readonly string[];
  /** The most characters of a `varchar(n)` or `char(n)`. */
  readonly length?: number;
}

/** Where PostgreSQL prints another name than Drizzle writes. */
const PRINTED: Readonly<Record<string, string>> = {
  varchar: "character varying",
  char: "character",
  time: "time without time zone",
  timestamp: "timestamp without time zone",
};

/**
 * Takes the type of an encrypted column apart.
 *
 * @param type as `EncryptedColumn.type` and `offramp.encrypted_column.value_type` have it.
 *
 * @example
 * import { valueTypeParts } from "@offramp/db/encryption";
 *
 * console.log(valueTypeParts("timestamp (3) with time zone").name); // timestamp with time zone
 */
export function valueTypeParts(type: string): ValueTypeParts {
  const element = elementOf(type);
  const own = element ?? type;
  const array = element !== undefined;
  const enumeration = enumOf(own);
  if (enumeration !== undefined) return { name: enumeration.name, array, labels: enumeration.values };
  const length = /^(?:varchar|char)\((\d+)\)$/.exec(own)?.[1] ?? (own === "char" ? "1" : undefined);
  const name = own.replace(/ ?\(.*?\)/, "");
  return {
    name: PRINTED[name] ?? name,
    array,
    ...(length === undefined || array ? {} : { length: Number(length) }),
  };
}
