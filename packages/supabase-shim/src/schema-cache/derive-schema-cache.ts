import type { Catalog } from "./catalog.ts";
import type { ColumnEncryption } from "./column-encryption.ts";
import { deriveEncryptedColumns } from "./derive-encrypted-columns.ts";
import { deriveRelationships } from "./derive-relationships.ts";
import { indexMediaHandlers } from "./media-handlers.ts";
import { nameSuggestions } from "./name-suggestions.ts";
import { derivePhiMarks } from "./phi-marks.ts";
import { nameKey, type QualifiedName } from "./qualified-name.ts";
import { deriveRepresentations, type Representation } from "./representations.ts";
import { compareRoutines, type Routine } from "./routine.ts";
import type { SchemaCache } from "./schema-cache.ts";
import type { Column, Table, TableColumn } from "./table.ts";
import { deriveViewColumns, type ViewColumns } from "./view-columns.ts";

export function deriveSchemaCache(catalog: Catalog): SchemaCache {
  const viewColumns = deriveViewColumns(catalog.viewColumns);
  const primaryKeys = derivePrimaryKeys(catalog, viewColumns);

  const relationships = deriveRelationships(catalog, viewColumns, primaryKeys);
  const representations = deriveRepresentations(catalog.representations);

  const encryptedColumns = deriveEncryptedColumns(catalog, viewColumns);

  const tables = new Map<string, Table>();
  for (const { schema, name, isView, plainWrites = false, columns } of catalog.tables) {
    const encrypted = encryptedColumns({ schema, name });
    tables.set(nameKey({ schema, name }), {
      schema,
      name,
      isView,
      plainWrites,
      columns: new Map(columns.map((column) => [column.name, represent(column, representations, encrypted)])),
      represented: columns.some(({ type }) => representations.has(type)),
      encrypted: encrypted !== undefined,
      primaryKey: primaryKeys({ schema, name }),
    });
  }

  const routines = new Map<string, Routine[]>();
  for (const routine of catalog.routines) {
    const list = routines.get(nameKey(routine));
    if (list === undefined) routines.set(nameKey(routine), [routine]);
    else list.push(routine);
  }
  for (const overloads of routines.values()) overloads.sort(compareRoutines);

  return {
    exposedSchemas: catalog.exposedSchemas,
    searchPath: catalog.searchPath,
    settableRoles: catalog.settableRoles,
    roleSettings: catalog.roleSettings,
    tables,
    relationships: relationships.from,
    relatedInto: relationships.into,
    routines,
    tableNames: nameSuggestions(catalog.tables),
    mediaHandlers: indexMediaHandlers(catalog.mediaHandlers),
    phi: derivePhiMarks(catalog, viewColumns),
    encrypts: (catalog.encrypted?.length ?? 0) > 0,
  };
}

function represent(
  column: Column,
  representations: ReadonlyMap<string, Representation>,
  encrypted: ReadonlyMap<string, ColumnEncryption> | undefined,
): TableColumn {
  const representation = representations.get(column.type);
  const encryption = encrypted?.get(column.name);
  if (representation === undefined && encryption === undefined) return column;
  return {
    ...column,
    ...(representation === undefined ? {} : { representation }),
    ...(encryption === undefined ? {} : { encryption }),
  };
}

/** A table's own key; for a view, the key of each base table whose key columns it all shows. */
function derivePrimaryKeys(
  catalog: Catalog,
  viewColumns: ViewColumns,
): (relation: QualifiedName) => readonly string[] {
  const keys = new Map<string, readonly string[]>();
  for (const { table, columns } of catalog.primaryKeys) keys.set(nameKey(table), columns);
  for (const { table, columns } of catalog.primaryKeys) {
    for (const view of viewColumns.viewsOf(table)) {
      // Shown twice, a key column is taken under its first name: one column per key column.
      const shown = columns.flatMap((column) => viewColumns.columnsIn(view, table, column).slice(0, 1));
      if (shown.length < columns.length) continue;
      keys.set(nameKey(view), [...(keys.get(nameKey(view)) ?? []), ...shown]);
    }
  }
  return (relation) => keys.get(nameKey(relation)) ?? [];
}
