import type { Lsn } from "../lsn.ts";

/**
 * A value of a column in a change: PostgreSQL's text output, or null, or `UNCHANGED` for a large value that the
 * statement did not touch and that the log therefore does not hold.
 */
export type LoggedValue = string | null | typeof UNCHANGED;

/** Stands for a large (TOASTed) value that an update left as it was. */
export const UNCHANGED: unique symbol = Symbol("unchanged");

/** The values of a row, in the order of its relation's columns. */
export type LoggedRow = readonly LoggedValue[];

/** A table as the log names it, sent before its first change and again when it was altered. */
export interface LoggedRelation {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  /** `key`: part of the replica identity. */
  readonly columns: readonly { readonly name: string; readonly key: boolean; readonly typeId: number }[];
  /** `d` default (the primary key), `n` nothing, `f` the whole row, `i` an index. */
  readonly replicaIdentity: "d" | "n" | "f" | "i";
}

/**
 * A message of the output plugin `pgoutput`, protocol version 1.
 *
 * Source: PostgreSQL documentation, 54.9 "Logical Replication Message Formats".
 */
export type LoggedMessage =
  | {
      readonly kind: "begin";
      readonly finalLsn: Lsn;
      readonly committedAt: Date;
      readonly transactionId: number;
    }
  | { readonly kind: "commit"; readonly commitLsn: Lsn; readonly endLsn: Lsn; readonly committedAt: Date }
  | { readonly kind: "relation"; readonly relation: LoggedRelation }
  | { readonly kind: "insert"; readonly relationId: number; readonly row: LoggedRow }
  | {
      readonly kind: "update";
      readonly relationId: number;
      /** What identified the row before: absent where the key is as it was and the identity is not the whole row. */
      readonly before?: LoggedRow;
      readonly row: LoggedRow;
    }
  | { readonly kind: "delete"; readonly relationId: number; readonly before: LoggedRow }
  | {
      readonly kind: "truncate";
      readonly relationIds: readonly number[];
      readonly cascade: boolean;
      readonly restartIdentity: boolean;
    }
  /** Said for logical messages, types and origins: nothing to apply. */
  | { readonly kind: "other" };
