import type { Side } from "./side.ts";

/** How many groups a part that differs is divided into, to find its rows. A power of two. */
const BUCKETS = 1_024;

/**
 * 64 bits of a row's text. Its columns are written one after the other by PostgreSQL's own output of a row, which tells
 * null from an empty text and one column from two. The collation "C" makes equal texts equal bytes.
 *
 * Source: PostgreSQL's `hashtextextended`, which hash partitioning rests on: it does not change between versions.
 */
function hashSql(expressions: readonly string[]): string {
  return `hashtextextended(row(${expressions.join(", ")})::text collate "C", 0)`;
}

/** Rows and the sum of their checksums: neither depends on an order, and a doubled row changes both. */
export function checksumSql(side: Side, condition: string): string {
  return `select count(*) as n, coalesce(sum(${hashSql(side.columns)}), 0) as sum from ${side.relation} where ${condition}`;
}

/** The same for every group of rows whose key (or, without one, whose text) has the same low bits. */
export function bucketsSql(side: Side, condition: string): string {
  return `select ${bucketSql(side)} as bucket, count(*) as n, sum(${hashSql(side.columns)}) as sum
    from ${side.relation} where ${condition} group by 1`;
}

/** The keys and checksums of some groups: the parameter after the condition's is their numbers as a JSON array. */
export function rowsSql(
  side: Side,
  { condition, parameter }: { readonly condition: string; readonly parameter: number },
): string {
  const name =
    side.key.length > 0
      ? `row(${side.key.join(", ")})::text as row, json_build_array(${side.key.map((key) => `${key}::text`).join(", ")})::text as key`
      : `${hashSql(side.columns)}::text as row, min(ctid::text) as key`;
  const wanted = `${bucketSql(side)} in (select json_array_elements_text($${parameter}::json)::bigint)`;
  const grouped = side.key.length > 0 ? "1, 2" : "1";
  return `select ${name}, count(*) as n, sum(${hashSql(side.columns)}) as sum
    from ${side.relation} where ${condition} and ${wanted} group by ${grouped}`;
}

/** The checksum of every column of one row, by its key as text. */
export function columnsSql(side: Side): string {
  const columns = side.columns.map((column, index) => `${hashSql([column])}::text as c${index}`).join(", ");
  const conditions = side.key.map((key, index) => `${key}::text = $${index + 1}`).join(" and ");
  return `select ${columns} from ${side.relation} where ${conditions}`;
}

function bucketSql(side: Side): string {
  return `${hashSql(side.key.length > 0 ? side.key : side.columns)} & ${BUCKETS - 1}`;
}
