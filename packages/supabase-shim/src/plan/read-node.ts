import type { AggregateFunction } from "../request/index.ts";
import type { QualifiedName, SubjectHop } from "../schema-cache/index.ts";
import type { ColumnRef, Qualifier } from "./column-ref.ts";
import type { Condition, JoinCondition } from "./condition.ts";
import type { Param } from "./param.ts";

/** Where a node's rows come from. */
export type Source =
  | { readonly kind: "relation"; readonly relation: QualifiedName }
  /** The rows that the statement's mutation or call returned. */
  | { readonly kind: "returned" }
  /** A computed relationship: a function of the parent's row. */
  | {
      readonly kind: "function";
      readonly routine: QualifiedName;
      readonly argument: Qualifier;
      readonly argumentType: QualifiedName;
    };

export interface SelectColumn {
  readonly column: ColumnRef;
  readonly cast?: string;
  /** The cast is ours, to keep a bigint exact. */
  readonly exact?: true;
  readonly aggregate?: AggregateFunction;
  readonly aggregateCast?: string;
  readonly alias?: string;
}

/** A column of a spread relation as the parent selects it from the join. */
export interface SpreadColumn {
  readonly name: string;
  readonly aggregate?: AggregateFunction;
  readonly aggregateCast?: string;
  readonly alias?: string;
}

export interface OrderBy {
  readonly column: ColumnRef;
  readonly direction?: "asc" | "desc";
  readonly nulls?: "first" | "last";
}

/** What an embed adds to its parent's select list. */
export type EmbedOutput =
  | { readonly kind: "object"; readonly name: string }
  | { readonly kind: "array"; readonly name: string }
  /** An embed without columns: it only joins. */
  | { readonly kind: "nothing"; readonly toOne: boolean }
  | { readonly kind: "spreadOne"; readonly columns: readonly SpreadColumn[] }
  | {
      readonly kind: "spreadMany";
      readonly columns: readonly SpreadColumn[];
      /** The order inside the arrays: columns that the inner query selects under these aliases. */
      readonly order: readonly (OrderBy & { readonly alias: string })[];
    };

export interface Embed {
  readonly node: ReadNode;
  readonly joinAlias: string;
  readonly inner: boolean;
  readonly output: EmbedOutput;
}

export interface Limits {
  /** A page size is part of the plan. */
  readonly limit?: Param | number;
  readonly offset?: Param;
  /** The server's own bound, above which no limit goes. */
  readonly maxRows?: number;
}

/** Which PHI a node's rows carry, for the record of the call. */
export interface NodeTrace {
  readonly relation: QualifiedName;
  /** The primary key's columns, as the node's rows can be asked for them. */
  readonly key: readonly ColumnRef[];
  readonly subject?: SubjectPath;
  /** No row comes twice: they are a table's own. */
  readonly unique: boolean;
}

/** The way from a row to its patient: a column, or a foreign key to another row that is followed from there. */
export interface SubjectPath {
  readonly column: ColumnRef;
  readonly hops: readonly SubjectHop[];
}

/** One relation of the query with everything that applies to it, in resolved names. */
export interface ReadNode {
  readonly source: Source;
  /** The relation whose columns the rows have; for a function, what it returns. */
  readonly relation: QualifiedName;
  readonly alias?: string;
  /** How the node's own columns are qualified. */
  readonly qualifier: Qualifier;
  readonly junction?: { readonly relation: QualifiedName; readonly alias: string };
  readonly select: readonly SelectColumn[];
  readonly embeds: readonly Embed[];
  readonly where: readonly Condition[];
  readonly joins: readonly JoinCondition[];
  readonly order: readonly OrderBy[];
  readonly limits: Limits;
  /** Absent where no PHI is read, or where rows are aggregated away. */
  readonly trace?: NodeTrace;
}
