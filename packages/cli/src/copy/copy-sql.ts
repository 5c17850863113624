import { quoteIdentifier } from "@offramp/db";

import type { Chunk } from "./chunk.ts";
import { relationSql } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** How rows are written: `text` is what a transform reads and people can look at, `binary` is the fastest. */
export type CopyFormat = "text" | "binary";

/**
 * `COPY … TO STDOUT` of a chunk. COPY takes no parameters, so the ends of a range come from the settings
 * `offramp.from` and `offramp.to` of the transaction.
 */
export function copyOutSql(chunk: Chunk, columns: readonly string[], format: CopyFormat): string {
  const list = columns.map(quoteIdentifier).join(", ");
  const condition = rangeSql(chunk);
  // A relation of its own is read without its children.
  const what =
    condition === "" && columns.length > 0
      ? `${relationSql(chunk.leaf)} (${list})`
      : `(select ${list} from only ${relationSql(chunk.leaf)}${condition})`;
  return `copy ${what} to stdout (format ${format})`;
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
export function copyInSql(plan: TablePlan, format: CopyFormat): string {
  const list = plan.columns.map(({ target }) => quoteIdentifier(target)).join(", ");
  return `copy ${relationSql(plan.target)} (${list}) from stdin (format ${format})`;
}
