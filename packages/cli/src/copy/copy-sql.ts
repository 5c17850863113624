import { quoteIdentifier } from "@offramp/db";

import type { Chunk } from "./chunk.ts";
import { relationSql } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/**
 * `COPY … TO STDOUT` of a chunk, as text. COPY takes no parameters, so the ends of a range come from the settings
 * `offramp.from` and `offramp.to` of the transaction.
 */
export function copyOutSql(chunk: Chunk, columns: readonly string[]): string {
  const list = columns.map(quoteIdentifier).join(", ");
  const condition = rangeSql(chunk);
  // A relation of its own is read without its children.
  if (condition === "" && columns.length > 0) return `copy ${relationSql(chunk.leaf)} (${list}) to stdout`;
  return `copy (select ${list} from only ${relationSql(chunk.leaf)}${condition}) to stdout`;
}

/** ` where …` of a chunk's range, or nothing where it is the whole relation. */
function rangeSql({ range }: Pick<Chunk, "range">): string {
  if (range.kind === "whole") return "";
  const subject = range.kind === "pages" ? "ctid" : quoteIdentifier(range.column);
  const type = range.kind === "pages" ? "tid" : range.type;
  const from = range.from === undefined ? [] : [`${subject} >= current_setting('offramp.from')::${type}`];
  const to = range.to === undefined ? [] : [`${subject} < current_setting('offramp.to')::${type}`];
  const both = [...from, ...to];
  return both.length === 0 ? "" : ` where ${both.join(" and ")}`;
}

/** `COPY … FROM STDIN` into the plan's columns. Identity columns take the values as they are given. */
export function copyInSql(plan: TablePlan): string {
  return `copy ${relationSql(plan.target)} (${plan.columns.map(({ target }) => quoteIdentifier(target)).join(", ")}) from stdin`;
}
