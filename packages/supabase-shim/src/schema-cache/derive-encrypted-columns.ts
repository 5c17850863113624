import type { Catalog, CatalogEncrypted } from "./catalog.ts";
import type { ColumnEncryption } from "./column-encryption.ts";
import { nameKey, type QualifiedName } from "./qualified-name.ts";
import type { ViewColumns } from "./view-columns.ts";

/** The encrypted columns of a relation, by name. */
export type EncryptedColumns = (relation: QualifiedName) => ReadonlyMap<string, ColumnEncryption> | undefined;

/** Marks of the tables, carried over to partitions, and to the views that show a column unchanged. */
export function deriveEncryptedColumns(catalog: Catalog, viewColumns: ViewColumns): EncryptedColumns {
  const columns = new Map<string, Map<string, ColumnEncryption>>();
  const note = (relation: QualifiedName, name: string, encryption: ColumnEncryption): void => {
    const known = columns.get(nameKey(relation)) ?? new Map<string, ColumnEncryption>();
    if (known.has(name)) return;
    columns.set(nameKey(relation), known.set(name, encryption));
  };
  for (const mark of catalog.encrypted ?? []) {
    const stored = encryptionOf(mark);
    note(mark.table, mark.column, { ...stored, rowKey: mark.rowKey });
    for (const child of childrenOf(catalog, mark.table))
      note(child, mark.column, { ...stored, rowKey: mark.rowKey });
    for (const { view, column } of viewColumns.showing(mark.table, mark.column)) {
      const rowKey = mark.rowKey.flatMap((name) => viewColumns.columnsIn(view, mark.table, name).slice(0, 1));
      note(view, column, rowKey.length < mark.rowKey.length ? stored : { ...stored, rowKey });
    }
  }
  return (relation) => columns.get(nameKey(relation));
}

function encryptionOf({ table, column, key, type, searchable }: CatalogEncrypted): ColumnEncryption {
  return { schema: table.schema, table: table.name, column, key, type, searchable };
}

/** Partitions and inheriting tables, down to the last. */
function childrenOf({ lineage }: Catalog, table: QualifiedName): readonly QualifiedName[] {
  const children = lineage?.children.filter(({ parent }) => nameKey(parent) === nameKey(table)) ?? [];
  return children.flatMap((child) => [child.table, ...childrenOf({ lineage } as Catalog, child.table)]);
}
