import { type SQL, sql } from "drizzle-orm";
import { TOKEN_BYTES } from "../encryption/value-format.ts";

/**
 * What an index on a searchable column is made of, so that `eq` and `in` need not read the whole table. It is the keyed
 * hash that its values begin with: `substring(column from 2 for 16)`. It cannot be unique: the hash of a value changes
 * with the version of its key.
 *
 * @example
 * import { encrypted } from "@offramp/db";
 * import { blindIndex } from "@offramp/db/drizzle";
 * import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
 *
 * const patients = pgTable(
 *   "patients",
 *   { id: uuid("id").primaryKey(), ssn: encrypted(text("ssn"), { key: "phi", searchable: "equality" }) },
 *   (table) => [index("patients_ssn_idx").on(blindIndex(table.ssn))],
 * );
 * console.log(patients.ssn.name);
 */
export function blindIndex(column: object): SQL {
  return sql`substring(${column} from 2 for ${sql.raw(String(TOKEN_BYTES))})`;
}
