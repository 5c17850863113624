import type { Database, Queryable } from "@offramp/db";
import type { Catalog, CatalogMark, CatalogViewColumn } from "../schema-cache/index.ts";
import {
  COMPUTED_RELATIONSHIPS_SQL,
  FOREIGN_KEYS_SQL,
  PHI_COLUMNS_SQL,
  PHI_SUBJECTS_SQL,
  PRIMARY_KEYS_SQL,
  ROUTINES_SQL,
  SESSION_SQL,
  TABLES_SQL,
  VIEWS_SQL,
} from "./catalog-sql.ts";
import { readViewColumns, type ViewRule } from "./read-view-columns.ts";

/**
 * Reads the catalog in one read-only transaction, so that it is of one moment.
 *
 * @throws {ServerError} the role may not read the catalog or the PHI inventory.
 * @throws {ConnectionError} the database cannot be reached.
 */
export async function loadCatalog(database: Database, exposedSchemas: readonly string[]): Promise<Catalog> {
  return database.transaction(
    async (transaction) => {
      const session = await read<{ searchPath: string[]; audited: boolean }>(transaction, SESSION_SQL);
      await transaction.query({ text: "set local search_path to ''" });
      const schemas = JSON.stringify(exposedSchemas);
      const tables = await read<Catalog["tables"]>(transaction, TABLES_SQL, schemas);
      const primaryKeys = await read<Catalog["primaryKeys"]>(transaction, PRIMARY_KEYS_SQL);
      const foreignKeys = await read<Catalog["foreignKeys"]>(transaction, FOREIGN_KEYS_SQL);
      const routines = await read<Catalog["routines"]>(transaction, ROUTINES_SQL, schemas);
      const computedRelationships = await read<Catalog["computedRelationships"]>(
        transaction,
        COMPUTED_RELATIONSHIPS_SQL,
      );
      const rules = await read<ViewRule[]>(transaction, VIEWS_SQL);
      const viewColumns: readonly CatalogViewColumn[] = await readViewColumns(rules, (text, json) =>
        read(transaction, text, json),
      );
      const catalog = {
        exposedSchemas,
        searchPath: session.searchPath,
        tables,
        primaryKeys,
        foreignKeys,
        viewColumns,
        routines,
        computedRelationships,
      };
      if (!session.audited) return catalog;
      const columns = await read<CatalogMark[]>(transaction, PHI_COLUMNS_SQL);
      const subjects = await read<CatalogMark[]>(transaction, PHI_SUBJECTS_SQL);
      return { ...catalog, phi: { columns, subjects } };
    },
    { isolation: "repeatable read", readOnly: true },
  );
}

async function read<T>(queryable: Queryable, text: string, json?: string): Promise<T> {
  const [row] = await queryable.query(json === undefined ? { text } : { text, values: [json] });
  // The queries above build the JSON, so its shape is theirs to keep.
  return JSON.parse(row?.["json"] ?? "null") as T;
}
