/**
 * What kind of protected health information a column holds.
 *
 * @example
 * import type { PhiKind } from "@offramp/db";
 *
 * const kinds: readonly PhiKind[] = ["identifier", "demographic", "health"];
 * console.log(kinds.join(", "));
 */
export type PhiKind = "identifier" | "demographic" | "health";

/**
 * A column that holds PHI, by its names in the database.
 *
 * @example
 * import { type PhiMark, phiMarks } from "@offramp/db";
 * import * as schema from "@offramp/db/schema";
 *
 * const healthData: readonly PhiMark[] = phiMarks(schema).filter(({ kind }) => kind === "health");
 * console.log(healthData.length);
 */
export interface PhiMark extends MarkedColumn {
  readonly kind: PhiKind;
}

/**
 * A column, by its names in the database.
 *
 * @example
 * import { dataSubjects, type MarkedColumn } from "@offramp/db";
 * import * as schema from "@offramp/db/schema";
 *
 * const subjects: readonly MarkedColumn[] = dataSubjects(schema);
 * console.log(subjects.map(({ schema: name, table, column }) => `${name}.${table}.${column}`));
 */
export interface MarkedColumn {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/**
 * A column builder hands its `config` object on to the column that it builds, so a mark on that
 * object is still there when the table is. Registered symbols, because an application may hold
 * two copies of this package (ESM and CJS).
 */
const PHI = Symbol.for("offramp.phi");
const SUBJECT = Symbol.for("offramp.dataSubject");
const FOLLOWED = "followed";

/** Where Drizzle keeps a table's parts; read this way, so that Drizzle is not loaded for it. */
const TABLE_NAME = Symbol.for("drizzle:Name");
const TABLE_SCHEMA = Symbol.for("drizzle:Schema");
const TABLE_COLUMNS = Symbol.for("drizzle:Columns");

/**
 * Marks a column of a Drizzle table as protected health information and returns it unchanged.
 * A call that touches a marked column leaves a record in the audit trail. `.array()` makes a
 * new builder: mark its result.
 *
 * @example
 * import { dataSubject, phi } from "@offramp/db";
 * import { integer, pgTable, uuid } from "drizzle-orm/pg-core";
 *
 * const bloodPressure = pgTable("blood_pressure", {
 *   patientId: dataSubject(uuid("patient_id").notNull()),
 *   systolic: phi(integer("systolic"), "health"),
 * });
 * console.log(bloodPressure.systolic.name);
 */
export function phi<T extends object>(column: T, kind: PhiKind): T {
  markOf(column)[PHI] = kind;
  return column;
}

/**
 * Marks the column of a Drizzle table that leads to the patient a row is about, and returns it unchanged.
 *
 * The column has the patient's id. With `follow`, it is a foreign key of that one column, and the patient is that of the
 * row it refers to: mark the subject of that table too. The record then costs one look-up for each row, and the role that
 * reads must be allowed to select the columns on the way.
 *
 * @example
 * import { dataSubject } from "@offramp/db";
 * import { pgTable, text, uuid } from "drizzle-orm/pg-core";
 *
 * const patients = pgTable("patients", { id: dataSubject(uuid("id").primaryKey()) });
 * const visits = pgTable("visits", {
 *   id: uuid("id").primaryKey(),
 *   patientId: dataSubject(uuid("patient_id").references(() => patients.id)),
 * });
 * const findings = pgTable("findings", {
 *   visitId: dataSubject(uuid("visit_id").references(() => visits.id), { follow: true }),
 *   text: text("text"),
 * });
 * console.log(findings.visitId.name);
 */
export function dataSubject<T extends object>(column: T, options: { readonly follow?: boolean } = {}): T {
  markOf(column)[SUBJECT] = options.follow === true ? FOLLOWED : true;
  return column;
}

/**
 * A column that leads to the patient, by its names in the database.
 *
 * @example
 * import { type DataSubjectMark, dataSubjects } from "@offramp/db";
 * import * as schema from "@offramp/db/schema";
 *
 * const followed: readonly DataSubjectMark[] = dataSubjects(schema).filter(({ follows }) => follows);
 * console.log(followed.length);
 */
export interface DataSubjectMark extends MarkedColumn {
  /** The column is a foreign key, and the patient is that of the row it refers to. */
  readonly follows: boolean;
}

/**
 * The PHI columns of all tables in a schema module.
 *
 * @example
 * import { phiMarks } from "@offramp/db";
 * import * as schema from "@offramp/db/schema";
 *
 * for (const { table, column, kind } of phiMarks(schema)) console.log(`${table}.${column}: ${kind}`);
 */
export function phiMarks(schemaModule: object): readonly PhiMark[] {
  return columnsOf(schemaModule).flatMap(({ names, marks }) => {
    const kind = marks[PHI];
    return isPhiKind(kind) ? [{ ...names, kind }] : [];
  });
}

/**
 * The columns that lead to the patient, of all tables in a schema module.
 *
 * @example
 * import { dataSubjects } from "@offramp/db";
 * import * as schema from "@offramp/db/schema";
 *
 * for (const { table, column } of dataSubjects(schema)) console.log(`${table}.${column}`);
 */
export function dataSubjects(schemaModule: object): readonly DataSubjectMark[] {
  return columnsOf(schemaModule).flatMap(({ names, marks }) => {
    const mark = marks[SUBJECT];
    return mark === true || mark === FOLLOWED ? [{ ...names, follows: mark === FOLLOWED }] : [];
  });
}

type Marks = Record<symbol, unknown>;

function markOf(column: object): Marks {
  const config: unknown = "config" in column ? column.config : undefined;
  if (typeof config !== "object" || config === null) {
    throw new TypeError('phi() and dataSubject() take a Drizzle column builder, such as text("email")');
  }
  return config as Marks;
}

function columnsOf(schemaModule: object): { readonly names: MarkedColumn; readonly marks: Marks }[] {
  return Object.values(schemaModule).flatMap((value: unknown) => {
    if (typeof value !== "object" || value === null || !(TABLE_COLUMNS in value)) return [];
    const table = value as Record<symbol, unknown>;
    return Object.values(table[TABLE_COLUMNS] as Record<string, { readonly name: string }>).map((column) => ({
      names: {
        schema: typeof table[TABLE_SCHEMA] === "string" ? table[TABLE_SCHEMA] : "public",
        table: String(table[TABLE_NAME]),
        column: column.name,
      },
      marks: markOf(column),
    }));
  });
}

function isPhiKind(value: unknown): value is PhiKind {
  return value === "identifier" || value === "demographic" || value === "health";
}
