/** Something that was changed by hand, and what must be said about it. */
export interface Drift {
  readonly name: string;
  readonly sql: string;
  /** `label: property or problem`, of every finding. */
  readonly findings: readonly string[];
  /** No statement brings it back. */
  readonly mended?: false;
}
