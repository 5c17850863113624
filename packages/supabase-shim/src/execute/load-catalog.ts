import { type Database, type Queryable, ServerError } from "@offramp/db";
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
      const session = await read<{ searchPath: string[]; role: string; audited: boolean }>(
        transaction,
        SESSION_SQL,
      );
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
      return { ...catalog, phi: await readPhi(transaction, session.role) };
    },
    { isolation: "repeatable read", readOnly: true },
  );
}

/** An audit trail that the role may not use is no reason to work without one: the load fails, with the way out. */
async function readPhi(queryable: Queryable, role: string): Promise<NonNullable<Catalog["phi"]>> {
  try {
    const columns = await read<CatalogMark[]>(queryable, PHI_COLUMNS_SQL);
    const subjects = await read<CatalogMark[]>(queryable, PHI_SUBJECTS_SQL);
    return { columns, subjects };
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== "42501") throw error;
    throw new ServerError(
      {
        code: "42501",
        message: `The database has an audit trail, but the role "${role}" may not write to it.`,
        hint: `As the role that runs the migrations, call grantAuditWriter(db, ${JSON.stringify(role)}) of @offramp/audit.`,
      },
      { cause: error },
    );
  }
}

async function read<T>(queryable: Queryable, text: string, json?: string): Promise<T> {
  const [row] = await queryable.query(json === undefined ? { text } : { text, values: [json] });
  // The queries above build the JSON, so its shape is theirs to keep.
  return JSON.parse(row?.["json"] ?? "null") as T;
}
