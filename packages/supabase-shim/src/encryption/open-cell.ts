import type { ColumnEncryption } from "../plan/index.ts";
import type { Keys } from "./keys.ts";

/** Decrypts one value, given as its bytes in base64 and the key of its row, to its JSON. */
export type OpenCell = (column: ColumnEncryption, cell: readonly string[]) => string;

/** `exact`: bigints become texts, as the client wants all of them. */
export function cellOpener(keys: Keys, exact: boolean): OpenCell {
  return (column, [bytes = "", ...row]) => {
    const json = keys.open(column, row, Buffer.from(bytes, "base64"));
    return exact && column.type === "bigint" ? JSON.stringify(json) : json;
  };
}
