import type { Param } from "./param.ts";
import type { ColumnEncryption } from "../schema-cache/index.ts";

/** What of a plan needs keys. A plan without it costs nothing more than it did. */
export interface PlanEncryption {
  /** Where the answer has encrypted values; absent where it has none. */
  readonly answer?: SealedShape;
  readonly searches: readonly TokenSearch[];
  readonly write?: SealedWrite;
}

/** Where rows have encrypted values, as `[bytes in base64, key of the row…]`, or lists of such. */
export interface SealedShape {
  readonly keys: ReadonlyMap<string, ColumnEncryption>;
  /** Keys of rows inside the rows. */
  readonly inside: ReadonlyMap<string, SealedShape>;
}

/** A value, or a list of values, that becomes the tokens to look for. */
export interface TokenSearch {
  /** Its place among the request's operands. */
  readonly slot: number;
  readonly column: ColumnEncryption;
}

/** A payload whose rows have values to encrypt. Each is bound to the key of the row that it is written to. */
export interface SealedWrite {
  /** The payload's place among the request's operands. */
  readonly slot: number;
  readonly shape: "object" | "array";
  readonly columns: ReadonlyMap<string, ColumnEncryption>;
  /** Whatever else a row has is not written, so it is not sent. */
  readonly names: ReadonlySet<string>;
  readonly rowKey: readonly RowKeyColumn[];
  readonly rows: RowSource;
  /** The number of rows, in the place behind the request's own operands. */
  readonly count: Param;
}

/** A column of the row's key, in the order in which values are bound to it. */
export interface RowKeyColumn {
  readonly name: string;
  /** The type below any domain. */
  readonly type: string;
  /** The type as SQL writes it. */
  readonly sqlType: string;
  readonly defaultExpression?: string;
  /** Made here where a row does not have it: as a random UUID, or by the statement that asks the database beforehand. */
  readonly generated?: "uuid" | "database";
}

/** How the keys of the rows are known before they are written. */
export type RowSource =
  /** Each row has its key, or it is generated. */
  | { readonly kind: "payload" }
  /** The filters name the one row: the places of its key among the request's operands. */
  | { readonly kind: "filters"; readonly slots: readonly number[] }
  /** The statement that looks for the rows that the filters mean. */
  | { readonly kind: "lookup" }
  /** The statement that looks for the rows that an upsert's other unique columns mean; where there is none, as `payload`. */
  | { readonly kind: "conflict"; readonly columns: readonly ConflictColumn[] };

/** A column by which an upsert finds its row. */
export interface ConflictColumn {
  readonly name: string;
  readonly sqlType: string;
  /** Looked for by its tokens. */
  readonly encryption?: ColumnEncryption;
}
