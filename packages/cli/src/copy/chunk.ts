import type { TableName } from "../tables/table-name.ts";

/** A part of a relation: from `from` on, and up to but without `to`; an end that is not given is open. */
export type ChunkRange =
  | { readonly kind: "whole" }
  | {
      readonly kind: "key";
      /** The first column of the key. */
      readonly column: string;
      readonly type: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
    }
  /** Of the relation's pages: good for one snapshot only, because an update moves a row. */
  | { readonly kind: "pages"; readonly from: string | undefined; readonly to: string | undefined };

/** What is copied in one transaction of the target. */
export interface Chunk {
  /** Of `offramp.copy_chunk`. */
  readonly id: string;
  readonly source: TableName;
  readonly target: TableName;
  /** What is read: the table, or a leaf of its partitions. */
  readonly leaf: TableName;
  readonly range: ChunkRange;
}
