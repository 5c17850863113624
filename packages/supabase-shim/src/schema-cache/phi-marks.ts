import type { Catalog, CatalogFunction, CatalogSubject } from "./catalog.ts";
import { type PhiLineage, phiLineage } from "./phi-lineage.ts";
import { nameKey, type QualifiedName } from "./qualified-name.ts";
import type { ViewColumns } from "./view-columns.ts";

/** Which columns are PHI, and which column leads from a relation's row to its patient. */
export interface PhiMarks {
  /** False when the database has no audit schema: nothing is marked and nothing is recorded. */
  readonly active: boolean;
  columnsOf(relation: QualifiedName): ReadonlySet<string>;
  subjectOf(relation: QualifiedName): SubjectWay | undefined;
  /** What a function is declared to touch. */
  declaredOf(routine: QualifiedName): CatalogFunction | undefined;
}

/** The column that leads to the patient, and the foreign keys on the way. */
export interface SubjectWay {
  readonly column: string;
  readonly hops: readonly SubjectHop[];
}

/** The row of `table` whose `key` was arrived at, and its column that leads on. */
export interface SubjectHop {
  readonly table: QualifiedName;
  readonly key: string;
  readonly next: string;
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
  const subjects = new Map<string, CatalogSubject>();
  for (const subject of catalog.phi?.subjects ?? []) carrySubject(subject, lineage, subjects);
  const functions = new Map(catalog.phi?.functions.map((each) => [nameKey(each.function), each] as const));
  return {
    active: catalog.phi !== undefined,
    columnsOf: (relation) => columns.get(nameKey(relation)) ?? NONE,
    subjectOf: (relation) => wayFrom(relation, subjects),
    declaredOf: (routine) => functions.get(nameKey(routine)),
  };
}

/** The way to the patient leads through unchanged columns only, and the nearest mark says it. */
function carrySubject(
  subject: CatalogSubject,
  lineage: PhiLineage,
  subjects: Map<string, CatalogSubject>,
): void {
  const waiting = [subject];
  for (let mark = waiting.shift(); mark !== undefined; mark = waiting.shift()) {
    if (subjects.has(nameKey(mark.table))) continue;
    subjects.set(nameKey(mark.table), mark);
    waiting.push(...lineage.copies(mark).map((copy) => ({ ...mark, ...copy })));
  }
}

/** Undefined where no way leads to a patient: the inventory refuses circles, and ways that end at no patient. */
function wayFrom(
  relation: QualifiedName,
  subjects: ReadonlyMap<string, CatalogSubject>,
): SubjectWay | undefined {
  const start = subjects.get(nameKey(relation));
  if (start === undefined) return undefined;
  const hops: SubjectHop[] = [];
  for (let { follows } = start; follows !== undefined;) {
    const next = subjects.get(nameKey(follows.table));
    if (next === undefined || hops.length > subjects.size) return undefined;
    hops.push({ table: follows.table, key: follows.key, next: next.column });
    ({ follows } = next);
  }
  return { column: start.column, hops };
}
