import type { Queryable } from "@offramp/db";
import type { CatalogEncrypted } from "../../schema-cache/index.ts";
import { readJson } from "./read-json.ts";
import { ENCRYPTED_SQL } from "./session-sql.ts";

/** Undefined where the table is there and no column is encrypted. */
export async function readEncrypted(queryable: Queryable): Promise<readonly CatalogEncrypted[] | undefined> {
  return (await readJson<readonly CatalogEncrypted[] | null>(queryable, ENCRYPTED_SQL)) ?? undefined;
}
