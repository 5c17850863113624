/** A row cannot go to the target as it is. The message says why, and never holds a value. */
export class RowError extends Error {
  override readonly name = "RowError";
  /** The source's column, where it is one column's fault. */
  readonly column: string | undefined;

  constructor(column: string | undefined, reason: string) {
    super(column === undefined ? reason : `${column}: ${reason}`);
    this.column = column;
  }
}
