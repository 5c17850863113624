import { EncryptionError, type KeyRing } from "@offramp/db/encryption";

import type { SourceRow } from "../config/tables-config.ts";
import { RowError } from "./row-error.ts";
import type { ColumnPlan, TablePlan } from "../tables/table-plan.ts";

/** What rows are encrypted with; a plan without encrypted columns needs none. */
export type Sealer = Pick<KeyRing, "seal">;

/**
 * The target's values of a row, in the order of the plan's columns, or nothing where the filter leaves it behind.
 *
 * @throws {RowError} a transform refuses the row. The message never holds a value.
 */
export type RowTransform = (row: SourceRow) => (string | null)[] | undefined;

/** Makes the function that takes rows of the source, by its column names, to the target. */
export function rowTransform(plan: TablePlan, sealer: Sealer | undefined): RowTransform {
  return (row) => {
    if (plan.filter !== undefined && !asking("filter", () => plan.filter?.(row))) return undefined;
    return plan.columns.map((column) => changed(column, row, sealer));
  };
}

function changed(column: ColumnPlan, row: SourceRow, sealer: Sealer | undefined): string | null {
  const { change, source } = column;
  const value = row[source] ?? null;
  if (change.kind === "keep") return value;
  if (change.kind === "map") {
    const made: unknown = asking(`map of ${source}`, () => change.map(value, row));
    if (made === null || typeof made === "string") return made;
    throw new RowError(source, `its map gave a ${typeof made}: it must give a text or null`);
  }
  if (value === null) return null;
  if (sealer === undefined) throw new TypeError("a plan with encrypted columns needs a key ring");
  const { rowKey } = change;
  try {
    const sealed = sealer.seal(
      change.column,
      rowKey.map((key) => row[key] ?? ""),
      jsonOf(value, change.column.type),
    );
    return `\\x${sealed.toString("hex")}`;
  } catch (error) {
    // A value of the wrong type is the row's fault; a key that is not there is everybody's.
    if (error instanceof EncryptionError && error.problem === "invalid-value")
      throw new RowError(source, `it is no ${change.column.type}`);
    throw error;
  }
}

/** A value as JSON. The key ring reads a text as PostgreSQL's input, so only JSON itself is not one. */
function jsonOf(value: string, type: string): string {
  return type === "json" || type === "jsonb" ? value : JSON.stringify(value);
}

function asking<T>(what: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    // Its message may quote what the function looked at.
    throw new RowError(
      undefined,
      `the ${what} of the configuration threw ${error instanceof Error ? error.name : "something"}`,
    );
  }
}
