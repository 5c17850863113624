/** How a check ended. `failed`: it could not run, which never counts as equal. */
export type Verdict = "equal" | "different" | "failed";

/** A row that is not the same on both sides. It is named by its key; its values are never shown. */
export interface RowDifference {
  /** `id=17`; of a table without a key, where the row stands: `ctid (0,1)`. */
  readonly row: string;
  readonly kind: "missing in the target" | "only in the target" | "changed";
  /** The source's columns that differ, of a changed row. */
  readonly columns: readonly string[];
}

/** What the comparison of a table's rows came to. */
export interface TableCheck {
  readonly source: string;
  readonly target: string;
  readonly verdict: Verdict;
  readonly sourceRows: number;
  readonly targetRows: number;
  /** How it was compared: in both servers, or here because rows are transformed. */
  readonly method: string;
  /** Up to a limit. */
  readonly differences: readonly RowDifference[];
  /** There are more than `differences` shows. */
  readonly more: boolean;
  /** Why it could not be compared. */
  readonly reason?: string;
}

/** A sequence and the column that it numbers. */
export interface SequenceCheck {
  readonly sequence: string;
  readonly column: string;
  readonly verdict: Verdict;
  readonly reason?: string;
}

/** An object of the schema that is not as it should be. */
export interface SchemaDifference {
  /** The object as people read it: `policy "own rows" on public.visits`. */
  readonly object: string;
  /** `missing`, `unexpected`, or the property that differs. */
  readonly problem: string;
  /** The statements that mend the target. */
  readonly sql: readonly string[];
}

/** What the comparison of the schemas came to. */
export interface SchemaCheck {
  readonly verdict: Verdict;
  readonly differences: readonly SchemaDifference[];
  /** Objects that were compared, by kind. */
  readonly compared: Readonly<Record<string, number>>;
  /** Differences that are meant, with the reason. */
  readonly meant: readonly string[];
  readonly notCompared: readonly string[];
  readonly reason?: string;
}

/** What `offramp verify` found. */
export interface VerifyReport {
  /** `host:port/database as user` */
  readonly source: string;
  readonly target: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly verdict: Verdict;
  readonly tables: readonly TableCheck[];
  readonly sequences: readonly SequenceCheck[];
  /** Absent where only rows were asked for. */
  readonly schema?: SchemaCheck;
  /** Checks that could not be made, and why. */
  readonly obstacles: readonly string[];
  /** What was not compared because it stays behind or nobody asked for it. */
  readonly notCompared: readonly string[];
}

/** The worst of several. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("failed")) return "failed";
  return verdicts.includes("different") ? "different" : "equal";
}
