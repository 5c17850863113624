import { dataSubjects, type MigrationSource, phiMarks, repeatable } from "@offramp/db";
import { asAuditOwner } from "./as-audit-owner.ts";
import type { DeclaredFunction } from "./declared-function.ts";
import { quoteLiteral } from "./quote-literal.ts";
import { schemaTables } from "./schema-tables.ts";

/** What `audit.replace_marks` takes for each table. */
interface TableMarks {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly kind: string }[];
  readonly subject: string | null;
  /** The subject is a foreign key, and the patient is that of the row it refers to. */
  readonly follows?: true;
}

/**
 * Brings the marks of a Drizzle schema module (`phi`, `dataSubject`) into the database. Afterwards `audit.phi_column`
 * and `audit.phi_subject` equal the marks for the module's tables; other tables keep theirs, also a table that the
 * module no longer has. It runs again whenever the marks change.
 *
 * Put it after {@link auditMigrations} and after the migrations of the tables: a mark on a column that the database
 * does not have is refused.
 *
 * @param options.functions what functions touch, where their results do not tell it.
 * @param options.name tells several schema modules apart in the migration ledger. Default `audit-marks`.
 * @throws {TypeError} the module holds no table, a table has two columns marked with `dataSubject`, or one is marked
 * with both `phi` and `dataSubject`.
 *
 * @example
 * ```ts
 * import { auditMigrations, phiMarksMigration } from "@offramp/audit";
 * import { clinicMigrations, connect, migrate } from "@offramp/db";
 * import * as schema from "@offramp/db/schema";
 *
 * const db = connect();
 * await migrate(db, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);
 * await db.close();
 * ```
 */
export function phiMarksMigration(
  schema: object,
  options: { readonly name?: string; readonly functions?: readonly DeclaredFunction[] } = {},
): MigrationSource {
  const { name = "audit-marks", functions } = options;
  const marks = marksByTable(schema);
  if (marks.length === 0) {
    throw new TypeError(
      "phiMarksMigration: the schema module holds no Drizzle table; pass `import * as schema from …`",
    );
  }
  const replace = `SELECT audit.replace_marks(${quoteLiteral(JSON.stringify(marks))})`;
  const declare =
    functions === undefined
      ? []
      : [`SELECT audit.replace_functions(${quoteLiteral(functionsJson(functions))}, ${quoteLiteral(name)})`];
  const computed = repeatable("marks", [replace, ...declare]);
  return {
    name,
    // The hash is that of the marks alone: they decide whether it runs again.
    migrations: () => [{ ...computed, statements: asAuditOwner(computed.statements) }],
  };
}

/** Sorted, so that the order in the source does not count as a change. */
function marksByTable(schema: object): readonly TableMarks[] {
  const columns = phiMarks(schema);
  const subjects = dataSubjects(schema);
  const marks = schemaTables(schema).map(({ schema: schemaName, table }): TableMarks => {
    const here = (mark: { readonly schema: string; readonly table: string }): boolean =>
      mark.schema === schemaName && mark.table === table;
    const [subject, second] = subjects.filter(here);
    if (subject !== undefined && second !== undefined) {
      throw new TypeError(
        `phiMarksMigration: ${schemaName}.${table} marks both ${subject.column} and ${second.column} with dataSubject; ` +
          "one column leads to the patient",
      );
    }
    if (columns.some((mark) => here(mark) && mark.column === subject?.column)) {
      throw new TypeError(
        `phiMarksMigration: ${schemaName}.${table}.${subject?.column ?? ""} is marked with both phi and dataSubject; ` +
          "a record names the patient by the subject and never holds PHI, so mark an id that says nothing",
      );
    }
    return {
      schema: schemaName,
      name: table,
      columns: columns
        .filter(here)
        .map(({ column, kind }) => ({ name: column, kind }))
        .toSorted((a, b) => compare(a.name, b.name)),
      subject: subject?.column ?? null,
      ...(subject?.follows === true ? { follows: true } : {}),
    };
  });
  return marks.toSorted((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name));
}

function functionsJson(functions: readonly DeclaredFunction[]): string {
  const rows = functions.map(({ schema = "public", name, relations, columns = [], subjectArgument }) => ({
    schema,
    name,
    relations: relations.toSorted(compare),
    columns: columns.toSorted(compare),
    subject_argument: subjectArgument ?? null,
  }));
  return JSON.stringify(rows.toSorted((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
