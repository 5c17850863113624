import type { Catalog, CatalogMark } from "./catalog.ts";
import { nameKey, type QualifiedName } from "./qualified-name.ts";
import type { ViewColumns } from "./view-columns.ts";

/** Which columns are PHI, and which column leads from a relation's row to its patient. */
export interface PhiMarks {
  /** False when the database has no audit schema: nothing is marked and nothing is recorded. */
  readonly active: boolean;
  columnsOf(relation: QualifiedName): ReadonlySet<string>;
  subjectOf(relation: QualifiedName): string | undefined;
}

const NONE: ReadonlySet<string> = new Set();

/** Marks of the tables, carried over to the views that show their columns. */
export function derivePhiMarks(catalog: Catalog, viewColumns: ViewColumns): PhiMarks {
  const columns = new Map<string, Set<string>>();
  const subjects = new Map<string, string>();

  const carry = (mark: CatalogMark, record: (relation: QualifiedName, column: string) => void): void => {
    record(mark.table, mark.column);
    for (const shown of viewColumns.showing(mark.table, mark.column)) record(shown.view, shown.column);
  };
  for (const phi of catalog.phi?.columns ?? []) {
    carry(phi, (relation, column) => {
      const known = columns.get(nameKey(relation));
      if (known === undefined) columns.set(nameKey(relation), new Set([column]));
      else known.add(column);
    });
  }
  for (const subject of catalog.phi?.subjects ?? []) {
    carry(subject, (relation, column) => {
      if (!subjects.has(nameKey(relation))) subjects.set(nameKey(relation), column);
    });
  }
  return {
    active: catalog.phi !== undefined,
    columnsOf: (relation) => columns.get(nameKey(relation)) ?? NONE,
    subjectOf: (relation) => subjects.get(nameKey(relation)),
  };
}
