import type { QualifiedName, Relationship, Table } from "../../schema-cache/index.ts";
import type { Qualifier } from "../column-ref.ts";
import type { JoinCondition } from "../condition.ts";
import type { Source } from "../read-node.ts";
import type { LocatedNode } from "./located-tree.ts";

/** A located node whose relation, relationship to its parent, and aliases are known. */
export interface RelatedNode {
  readonly located: LocatedNode;
  readonly relation: QualifiedName;
  /** Undefined for rows that no relation describes: a function's own columns. */
  readonly table?: Table;
  readonly source: Source;
  readonly alias?: string;
  readonly qualifier: Qualifier;
  readonly junction?: { readonly relation: QualifiedName; readonly alias: string };
  readonly joins: readonly JoinCondition[];
  /** Absent at the root. */
  readonly parent?: {
    readonly relationship: Relationship;
    readonly joinAlias: string;
    readonly toOne: boolean;
  };
  readonly children: readonly RelatedNode[];
}
