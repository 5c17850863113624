import { z } from "zod";

/**
 * A row of the source as a transform sees it: each value is PostgreSQL's text output (ISO dates, `t` and `f`), or null.
 *
 * @example
 * import type { SourceRow } from "@offramp/cli";
 *
 * const isActive = (row: SourceRow): boolean => row["status"] === "active";
 * console.log(isActive({ status: "active" }));
 */
export type SourceRow = Readonly<Record<string, string | null>>;

/**
 * What happens to a table on its way. Columns are named as in the source.
 *
 * @example
 * import type { TableConfig } from "@offramp/cli";
 *
 * const patients: TableConfig = {
 *   to: "clinic.patients",
 *   rename: { fullname: "full_name" },
 *   drop: ["legacy_flags"],
 *   map: { email: (email) => email?.toLowerCase() ?? null },
 *   encrypt: ["ssn"],
 *   filter: (row) => row["deleted_at"] === null,
 * };
 * console.log(patients);
 */
export interface TableConfig {
  /** Left where it is. */
  readonly skip?: boolean | undefined;
  /** `schema.table` of the target, where it has another name there. */
  readonly to?: string | undefined;
  /** Column of the source to column of the target. */
  readonly rename?: Readonly<Record<string, string>> | undefined;
  /** Columns that are left behind. */
  readonly drop?: readonly string[] | undefined;
  /** Makes a column's value from the row. It must give the same for the same row: a chunk may be read again. */
  readonly map?:
    | Readonly<Record<string, (value: string | null, row: SourceRow) => string | null>>
    | undefined;
  /** Rows for which it says false stay behind. */
  readonly filter?: ((row: SourceRow) => boolean) | undefined;
  /** Columns that the target encrypts; `encryptedColumnsMigration` of `@offramp/db` made them there. */
  readonly encrypt?: readonly string[] | undefined;
}

const name = z.string().min(1);

function aFunction<T>(): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === "function", "must be a function");
}

/** Validates the tables of the configuration, by `schema.table` of the source. */
export const tablesConfig: z.ZodType<Readonly<Record<string, TableConfig>>> = z.record(
  z.string().regex(/^.+\..+$/, 'must be "schema.table"'),
  z.strictObject({
    skip: z.boolean().optional(),
    to: z
      .string()
      .regex(/^.+\..+$/, 'must be "schema.table"')
      .optional(),
    rename: z.record(name, name).optional(),
    drop: z.array(name).optional(),
    map: z.record(name, aFunction<(value: string | null, row: SourceRow) => string | null>()).optional(),
    filter: aFunction<(row: SourceRow) => boolean>().optional(),
    encrypt: z.array(name).optional(),
  }),
);
