import type { Database } from "@offramp/db";
import { loadCatalog } from "../execute/index.ts";
import { constants } from "./constants.ts";
import { databaseType } from "./database-type.ts";
import { helperTypes } from "./helper-types.ts";
import { compareNames } from "./in-name-order.ts";
import { literal } from "./layout.ts";
import { withPlainTypes } from "./plain-types.ts";
import { readTypeCatalog } from "./type-catalog.ts";
import type { BigintType } from "./typescript-type.ts";

const JSON_TYPE = `export type Json =
  | string
  | number
  | boolean
  | null
  | { [key: string]: Json | undefined }
  | Json[]
`;

/**
 * Options of {@link generateTypes}.
 *
 * @example
 * ```ts
 * import type { GenerateTypesOptions } from "@offramp/supabase-shim/generate";
 *
 * const options: GenerateTypesOptions = { schemas: ["public", "billing"], viewNulls: "proven" };
 * console.log(options);
 * ```
 */
export interface GenerateTypesOptions {
  /** The schemas to write, in any order. Default `["public"]`. */
  readonly schemas?: readonly string[];
  /**
   * Whether a view's columns may be null. `always`, the default, is what Supabase's generator says. `proven` leaves
   * null out where the column is a NOT NULL column of a table and no outer join, set operation or grouping set is in
   * the view.
   */
  readonly viewNulls?: "always" | "proven";
  /**
   * What `bigint` columns and functions are, as the client's option `db.bigint` shows them. Default `number`, which is
   * what Supabase's generator says.
   */
  readonly bigint?: BigintType;
}

/**
 * The TypeScript file that `supabase gen types typescript` would print for a database: `Json`, `Database` with tables,
 * views, functions, enums and composite types of each schema in the order of their names, the helper types `Tables`,
 * `TablesInsert`, `TablesUpdate`, `Enums`, `CompositeTypes`, and `Constants`. Two databases with one schema give the
 * same text.
 *
 * It differs from Supabase's where that one is wrong: columns that are GENERATED ALWAYS take no value, domains are
 * what they stand on wherever they are used, and of two types with one name each is itself.
 *
 * @throws {RangeError} the database has no schema of that name.
 * @throws {ServerError} the role may not read the catalog.
 * @throws {ConnectionError} the database cannot be reached.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { connect } from "@offramp/db";
 * import { generateTypes } from "@offramp/supabase-shim/generate";
 *
 * const db = connect();
 * await writeFile("database.types.ts", await generateTypes(db, { schemas: ["public"] }));
 * await db.close();
 * ```
 */
export async function generateTypes(db: Database, options: GenerateTypesOptions = {}): Promise<string> {
  const schemas = [...new Set(options.schemas ?? ["public"])].toSorted(compareNames);
  const { catalog } = await loadCatalog(db, schemas);
  const types = withPlainTypes(await readTypeCatalog(db, schemas), catalog);
  const missing = schemas.filter((schema) => !types.schemas.includes(schema));
  if (missing.length > 0) {
    throw new RangeError(
      `generateTypes: the database has no schema named ${missing.map(literal).join(", ")}; name schemas that it has.`,
    );
  }
  const parts = {
    schemas,
    catalog,
    types,
    proven: options.viewNulls === "proven",
    bigint: options.bigint ?? "number",
  };
  return [JSON_TYPE, databaseType(parts), helperTypes(), constants(parts)].join("\n");
}
