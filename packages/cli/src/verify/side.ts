import { quoteIdentifier, type Queryable } from "@offramp/db";

import { relationSql } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** One of the two tables that are compared, as its server's SQL names it. */
export interface Side {
  readonly db: Queryable;
  /** For `from`. */
  readonly relation: string;
  /** Quoted, in the order of the plan. */
  readonly columns: readonly string[];
  /** Quoted; empty where the table has no key that both sides have. */
  readonly key: readonly string[];
}

/** Part of a table: keys from `from` on, up to but without `to`, of the key's first column. */
export interface KeyRange {
  readonly type: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The source's side of a plan. */
export function sourceSide(plan: TablePlan, db: Queryable): Side {
  return {
    db,
    relation: `${plan.sourcePartitioned ? "" : "only "}${relationSql(plan.source)}`,
    columns: plan.columns.map(({ source }) => quoteIdentifier(source)),
    key: sharedKey(plan).map(quoteIdentifier),
  };
}

/** The target's side of a plan. */
export function targetSide(plan: TablePlan, db: Queryable): Side {
  const target = new Map(plan.columns.map((column) => [column.source, column.target]));
  return {
    db,
    relation: `${plan.targetPartitioned ? "" : "only "}${relationSql(plan.target)}`,
    columns: plan.columns.map((column) => quoteIdentifier(column.target)),
    key: sharedKey(plan).map((column) => quoteIdentifier(target.get(column) ?? column)),
  };
}

/** The key's columns in the source, where all of them arrive as they are. */
export function sharedKey(plan: TablePlan): readonly string[] {
  const kept = new Set(
    plan.columns.filter(({ change }) => change.kind === "keep").map(({ source }) => source),
  );
  return plan.key.every((column) => kept.has(column)) ? plan.key : [];
}

/** The types whose order is the same on every server; that of text depends on its collation. */
const ORDERED =
  /^(?:smallint|integer|bigint|uuid|date|numeric(?:\(.*\))?|timestamp(?:\(\d\))? with(?:out)? time zone)$/;

/** The type of the key's first column, where ranges of it mean the same on both sides. */
export function rangeType(plan: TablePlan): string | undefined {
  const [first] = sharedKey(plan);
  const type = plan.columns.find(({ source }) => source === first)?.type;
  return type !== undefined && ORDERED.test(type) ? type : undefined;
}

/** A condition with the parameters from `$first` on, and their values. */
export function rangeCondition(
  side: Pick<Side, "key">,
  range: KeyRange,
  first = 1,
): { readonly sql: string; readonly values: readonly string[] } {
  const [key = ""] = side.key;
  const parts: string[] = [];
  const values: string[] = [];
  if (range.from !== undefined) {
    parts.push(`${key} >= $${first + values.length}::${range.type}`);
    values.push(range.from);
  }
  if (range.to !== undefined) {
    parts.push(`${key} < $${first + values.length}::${range.type}`);
    values.push(range.to);
  }
  return { sql: parts.length === 0 ? "true" : parts.join(" and "), values };
}
