import type { Condition, Embed, ReadNode } from "../plan/index.ts";
import { conditionSql, joinConditionSql, type PresenceSql } from "./condition-sql.ts";
import { clause, empty, type Sql, sql } from "./fragment.ts";
import { fromSql } from "./read-sql.ts";

/**
 * One row for each row of the root that the filters let through, without limits.
 * An inner embed and a presence filter become EXISTS: a join would multiply rows.
 */
export function countRowsSql(node: ReadNode): Sql {
  const presence: PresenceSql = ({ joinAlias, present }) => {
    const embed = node.embeds.find((candidate) => candidate.joinAlias === joinAlias);
    if (embed === undefined) return sql`true`;
    return present ? existsSql(embed) : sql`not ${existsSql(embed)}`;
  };
  const conditions = [
    ...node.where.map((condition: Condition) => conditionSql(condition, presence)),
    ...node.joins.map(joinConditionSql),
    ...node.embeds.filter((embed) => embed.inner).map(existsSql),
  ];
  return sql`select 1 from ${fromSql(node)}${conditions.length === 0 ? empty : clause(sql`where`, conditions, sql` and `)}`;
}

function existsSql(embed: Embed): Sql {
  return sql`exists (${countRowsSql(embed.node)})`;
}
