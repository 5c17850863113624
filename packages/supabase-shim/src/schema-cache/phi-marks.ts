import type { Catalog, CatalogMark } from "./catalog.ts";
import { type PhiLineage, phiLineage } from "./phi-lineage.ts";
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

/** Marks of the tables, carried over to wherever else their values can be read. */
export function derivePhiMarks(catalog: Catalog, viewColumns: ViewColumns): PhiMarks {
  const lineage = phiLineage(catalog, viewColumns);
  const columns = new Map<string, Set<string>>();
  const waiting = [...(catalog.phi?.columns ?? [])];
  for (let mark = waiting.pop(); mark !== undefined; mark = waiting.pop()) {
    const known = columns.get(nameKey(mark.table)) ?? new Set();
    if (known.has(mark.column)) continue;
    columns.set(nameKey(mark.table), known.add(mark.column));
    waiting.push(...lineage.copies(mark), ...lineage.derived(mark));
  }
  const subjects = new Map<string, string>();
  for (const subject of catalog.phi?.subjects ?? []) carrySubject(subject, lineage, subjects);
  return {
    active: catalog.phi !== undefined,
    columnsOf: (relation) => columns.get(nameKey(relation)) ?? NONE,
    subjectOf: (relation) => subjects.get(nameKey(relation)),
  };
}

/** The way to the patient leads through unchanged columns only, and the nearest mark says it. */
function carrySubject(subject: CatalogMark, lineage: PhiLineage, subjects: Map<string, string>): void {
  const waiting = [subject];
  for (let mark = waiting.shift(); mark !== undefined; mark = waiting.shift()) {
    if (subjects.has(nameKey(mark.table))) continue;
    subjects.set(nameKey(mark.table), mark.column);
    waiting.push(...lineage.copies(mark));
  }
}
