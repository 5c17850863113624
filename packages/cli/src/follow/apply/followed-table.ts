import type { LoggedRow } from "../pgoutput/message.ts";

/** A row by the names of its columns, each value as PostgreSQL's text. */
export type NamedRow = Readonly<Record<string, string | null>>;

/** A column of the target that changes are written to. */
export interface TargetColumn {
  readonly name: string;
  /** As `format_type` writes it, quoted and qualified. */
  readonly type: string;
  /** Part of the key that finds a row: the primary key, or the unique index that is the replica identity. */
  readonly key: boolean;
  /** `generated always as identity`: it cannot be updated. */
  readonly identityAlways: boolean;
}

/** Where the changes of a source table go. */
export interface FollowedTable {
  readonly schema: string;
  readonly name: string;
  readonly target: {
    readonly schema: string;
    readonly name: string;
    readonly columns: readonly TargetColumn[];
  };
  /** The target's column for each column that the source has; null where the configuration drops it. */
  readonly columnOf: ReadonlyMap<string, string | null>;
  /** What the configuration makes of a row; undefined where it leaves the row out. Absent: rows stay as they are. */
  readonly transform?: (row: NamedRow) => Promise<NamedRow | undefined>;
  /** Whether the copy already holds what a transaction wrote. `partly`: some of the table's chunks do. */
  readonly copied: (transactionId: number) => "all" | "none" | "partly";
}

/** What is done to the target for one change: with the columns of the target. */
export type TargetChange =
  | {
      readonly kind: "insert";
      readonly table: FollowedTable;
      readonly row: NamedRow;
      readonly converge: boolean;
    }
  | {
      readonly kind: "update";
      readonly table: FollowedTable;
      /** The columns that are known; an untouched large value is not. */
      readonly row: NamedRow;
      /** What the row is found by: its key, or all of it. */
      readonly before: NamedRow;
      readonly converge: boolean;
    }
  | {
      readonly kind: "delete";
      readonly table: FollowedTable;
      readonly before: NamedRow;
      readonly converge: boolean;
    }
  | {
      readonly kind: "truncate";
      readonly tables: readonly FollowedTable[];
      readonly cascade: boolean;
      readonly restartIdentity: boolean;
    };

/** The known values of a logged row by name; what is not known is left out. */
export function namedRow(columns: readonly { readonly name: string }[], row: LoggedRow): NamedRow {
  const named: Record<string, string | null> = Object.create(null);
  for (const [index, { name }] of columns.entries()) {
    const value = row[index];
    if (typeof value === "string" || value === null) named[name] = value;
  }
  return named;
}

/** Whether rows are found by a key; otherwise they are found by all their values. */
export function hasKey({ target }: FollowedTable): boolean {
  return target.columns.some(({ key }) => key);
}
