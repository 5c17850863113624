import type { BadRow } from "./bad-row.ts";

/** The target refused rows, and their chunk was not copied. */
export class BadRowsError extends Error {
  override readonly name = "BadRowsError";
  readonly rows: readonly BadRow[];

  constructor(rows: readonly BadRow[]) {
    const lines = rows.map(
      ({ table, key, reason }) => `  ${table}${key === undefined ? "" : ` (${key})`}: ${reason}`,
    );
    super(
      `The target refuses rows:\n${lines.join("\n")}\nMend them in the source, map or filter them in offramp.config.ts, or give --quarantine to set them aside. Then run "offramp copy" again: it goes on where it stopped.`,
    );
    this.rows = rows;
  }
}
