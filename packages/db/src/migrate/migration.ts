/** One step of a database's history. Make one with {@link migration} or {@link repeatable}. */
export interface Migration {
  /** Unique in its source; its place in the list is its order. */
  readonly id: string;
  /** Each is run by itself, all in one transaction. One may hold several SQL statements. */
  readonly statements: readonly string[];
  /** Of the statements: an applied migration that was edited is recognised by it. */
  readonly hash: string;
  /** Run again whenever its hash changes, instead of never again. It has to work on its own earlier result. */
  readonly repeatable?: boolean;
}

/** A named history, such as one package's. */
export interface MigrationSource {
  /** Part of the ledger's key: never change it. */
  readonly name: string;
  /** In the order in which they are applied. */
  migrations(): Promise<readonly Migration[]> | readonly Migration[];
}

/** What {@link migrate} did. */
export interface MigrationReport {
  readonly applied: readonly { readonly source: string; readonly id: string; readonly ms: number }[];
  /** Migrations that were there before. */
  readonly alreadyApplied: number;
  /** Milliseconds spent waiting for another process that was migrating. */
  readonly waitedMs: number;
}
