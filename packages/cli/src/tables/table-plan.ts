import type { EncryptedColumn } from "@offramp/db/encryption";

import type { SourceRow } from "../config/tables-config.ts";
import type { LeafFacts } from "../tables/read-tables.ts";
import type { TableName } from "../tables/table-name.ts";

/** What becomes of a column's value on its way. */
export type ColumnChange =
  | { readonly kind: "keep" }
  | { readonly kind: "map"; readonly map: (value: string | null, row: SourceRow) => string | null }
  | { readonly kind: "encrypt"; readonly column: EncryptedColumn; readonly rowKey: readonly string[] };

/** A column that is copied. */
export interface ColumnPlan {
  /** Its name in the source. */
  readonly source: string;
  /** Its name in the target. */
  readonly target: string;
  /** Its type in the source. */
  readonly type: string;
  /** COPY's binary format brings its values into the target unchanged. */
  readonly binary: boolean;
  readonly change: ColumnChange;
}

/** How the rows of a table come from the source to the target. Copying, following and verifying share it. */
export interface TablePlan {
  readonly source: TableName;
  readonly target: TableName;
  /** Rows of partitions belong to the source's table, those of mere children do not. */
  readonly sourcePartitioned: boolean;
  readonly targetPartitioned: boolean;
  /** What is read: the table, or its partitions' leaves. */
  readonly leaves: readonly LeafFacts[];
  /** In the order of the source. Columns that are dropped or generated are not here, but a transform's `row` has the dropped ones. */
  readonly columns: readonly ColumnPlan[];
  /** Every column of the source that a row is read with: what is copied, and what transforms may look at. */
  readonly read: readonly { readonly name: string; readonly type: string }[];
  /** The key's columns in the source; empty: the table has none. */
  readonly key: readonly string[];
  readonly filter: ((row: SourceRow) => boolean) | undefined;
}

/** In which of COPY's formats rows can be passed on as they are. */
export function plainFormat(plan: TablePlan): "binary" | "text" {
  return plan.columns.every(({ binary }) => binary) ? "binary" : "text";
}

/** Whether rows arrive as they left: then their bytes need not be read. */
export function isPlain(plan: TablePlan): boolean {
  return plan.filter === undefined && plan.columns.every(({ change }) => change.kind === "keep");
}
