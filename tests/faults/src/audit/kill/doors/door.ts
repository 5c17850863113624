/** A way to patients' rows. Each call resolves to the ids of the rows that it was shown or changed, and throws what failed. */
export interface Door {
  readonly name: string;
  read(patient: string): Promise<readonly string[]>;
  /** More than PostgreSQL's send buffer holds, so that the first rows are under way before the statement ends. */
  readMany(): Promise<readonly string[]>;
  /** @param call the name of the call, which the row takes. */
  create(call: string): Promise<readonly string[]>;
  update(patient: string, call: string): Promise<readonly string[]>;
  remove(patient: string): Promise<readonly string[]>;
  /** The same door inside a transaction. HTTP has none. */
  transaction?(work: (inside: Door) => Promise<void>): Promise<void>;
}

/** Rows as a door gives them. */
export function idsOf(rows: unknown): readonly string[] {
  return (rows as readonly { readonly id: string }[]).map(({ id }) => id);
}
