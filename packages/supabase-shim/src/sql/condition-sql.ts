import type { ColumnRef, Condition, JoinCondition, Param, QualifiedName, Test } from "../plan/index.ts";
import { columnSql } from "./column-sql.ts";
import { ident, join, param, qualified, type Sql, sql } from "./fragment.ts";

const COMPARE: Readonly<Record<Extract<Test, { kind: "compare" }>["operator"], Sql>> = {
  eq: sql`=`,
  gt: sql`>`,
  gte: sql`>=`,
  lt: sql`<`,
  lte: sql`<=`,
  like: sql`like`,
  ilike: sql`ilike`,
  match: sql`~`,
  imatch: sql`~*`,
};

const BINARY: Readonly<Record<Extract<Test, { kind: "binary" }>["operator"], Sql>> = {
  neq: sql`<>`,
  cs: sql`@>`,
  cd: sql`<@`,
  ov: sql`&&`,
  sl: sql`<<`,
  sr: sql`>>`,
  nxr: sql`&<`,
  nxl: sql`&>`,
  adj: sql`-|-`,
};

const IS: Readonly<Record<Extract<Test, { kind: "is" }>["value"], Sql>> = {
  null: sql`null`,
  not_null: sql`not null`,
  true: sql`true`,
  false: sql`false`,
  unknown: sql`unknown`,
};

const TEXT_SEARCH: Readonly<Record<Extract<Test, { kind: "textSearch" }>["operator"], Sql>> = {
  fts: sql`to_tsquery`,
  plfts: sql`plainto_tsquery`,
  phfts: sql`phraseto_tsquery`,
  wfts: sql`websearch_to_tsquery`,
};

/** How a filter on an embed's presence is written: joined rows in a read, EXISTS in a count. */
export type PresenceSql = (condition: Extract<Condition, { kind: "embedPresence" }>) => Sql;

/** The embed's join shows NULL under its alias where nothing joined: a row for to-one, an array for to-many. */
export const joinedPresence: PresenceSql = ({ joinAlias, present }) =>
  present
    ? sql`${ident(joinAlias)} is distinct from null`
    : sql`${ident(joinAlias)} is not distinct from null`;

export function conditionSql(condition: Condition, presence: PresenceSql): Sql {
  switch (condition.kind) {
    case "group": {
      const members = condition.members.map((member) => conditionSql(member, presence));
      const group = sql`(${join(members, condition.operator === "and" ? sql` and ` : sql` or `)})`;
      return condition.negated ? sql`not ${group}` : group;
    }
    case "embedPresence":
      return presence(condition);
    case "test": {
      const test =
        condition.test.kind === "blindIndex"
          ? blindIndexSql(condition.column, condition.test.tokens)
          : sql`${columnSql(condition.column)} ${testSql(condition.test, condition.transform)}`;
      return condition.negated ? sql`not (${test})` : test;
    }
  }
}

/** As the index on it is made: `blindIndex()` of `@offramp/db/drizzle`. */
function blindIndexSql(column: ColumnRef, tokens: Param): Sql {
  return sql`substring(${columnSql(column)} from 2 for 16) = any(${param(tokens)}::bytea[])`;
}

function testSql(test: Exclude<Test, { kind: "blindIndex" }>, transform: QualifiedName | undefined): Sql {
  switch (test.kind) {
    case "compare": {
      // A pattern is no value of the column's type.
      const read = test.operator === "like" || test.operator === "ilike" ? undefined : transform;
      if (test.quantifier === undefined) return sql`${COMPARE[test.operator]} ${valueSql(test.value, read)}`;
      const values = valuesSql(test.value, read);
      return test.quantifier === "any"
        ? sql`${COMPARE[test.operator]} any(${values})`
        : sql`${COMPARE[test.operator]} all(${values})`;
    }
    case "binary":
      return sql`${BINARY[test.operator]} ${valueSql(test.value, transform)}`;
    case "is":
      return sql`is ${IS[test.value]}`;
    case "isDistinct":
      return sql`is distinct from ${param(test.value)}`;
    case "in":
      // One array parameter, whatever the list's length; `in ()` would be a syntax error when empty.
      return sql`= any(${valuesSql(test.values, transform)})`;
    case "textSearch":
      return sql`@@ ${TEXT_SEARCH[test.operator]}(${language(test.language)}${param(test.value)})`;
  }
}

/** A value as the server infers it from the column, or as the team's own function reads it. */
function valueSql(value: Param, transform: QualifiedName | undefined): Sql {
  return transform === undefined ? param(value) : sql`${qualified(transform)}(${param(value)}::text)`;
}

/** A list of such values, each read by itself. */
function valuesSql(values: Param, transform: QualifiedName | undefined): Sql {
  if (transform === undefined) return param(values);
  return sql`select ${qualified(transform)}(given.value) from unnest(${param(values)}::text[]) as given(value)`;
}

function language(value: Param | undefined): Sql {
  return value === undefined ? sql`` : sql`${param(value)}, `;
}

export function joinConditionSql({ left, right }: JoinCondition): Sql {
  const side = ([qualifier, column]: JoinCondition["left"]): Sql =>
    sql`${qualified(qualifier)}.${ident(column)}`;
  return sql`${side(left)} = ${side(right)}`;
}
