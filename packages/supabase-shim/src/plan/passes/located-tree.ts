import type { JoinKind, LogicTree, OrderTerm, Range, SelectField } from "../../request/index.ts";

/** A relation of the request with everything that was asked of it, still in the request's names. */
export interface LocatedNode {
  readonly name: string;
  readonly alias?: string;
  readonly hint?: string;
  readonly join?: JoinKind;
  readonly spread: boolean;
  /** 0 at the root. */
  readonly depth: number;
  readonly fields: readonly SelectField[];
  readonly children: readonly LocatedNode[];
  readonly filters: readonly LogicTree[];
  readonly order: readonly OrderTerm[];
  readonly range?: Range;
}
