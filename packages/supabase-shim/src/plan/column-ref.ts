import type { JsonStep } from "../request/index.ts";
import type { QualifiedName } from "../schema-cache/index.ts";
import type { Param } from "./param.ts";

/** What a column is qualified with: an alias, or a relation with its schema. */
export interface Qualifier {
  readonly schema?: string;
  readonly name: string;
}

/**
 * A column as SQL will name it. A name that the schema cache does not know stays here too: it may be a
 * computed column (PostgreSQL's functional notation), and else PostgreSQL's own error is the right answer.
 */
export interface ColumnRef {
  readonly qualifier: Qualifier;
  /** `*` is every column. */
  readonly column: string;
  readonly path: readonly JsonStep[];
  /** The column is not JSON itself, so a path needs `to_jsonb` first. */
  readonly pathNeedsJson: boolean;
  /** `count()` of a spread relation counts its rows, not its columns. */
  readonly wholeRow?: boolean;
  /** The column is encrypted: it is shown as its bytes in base64 and the row's key, `[bytes, key…]`, for {@link PlanEncryption}. */
  readonly sealedBy?: readonly string[];
  /** The function that shows the column's values as JSON. */
  readonly transform?: QualifiedName;
  /** Text search on a column that is not a tsvector. */
  readonly toTsvector?: { readonly language?: Param };
}
