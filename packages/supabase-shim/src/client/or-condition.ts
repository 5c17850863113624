import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import type { LogicTree } from "../request/index.ts";
import { parseTreePath } from "../syntax/index.ts";
import {
  comparison,
  type ConditionAt,
  containment,
  distinctness,
  identity,
  membership,
  textSearch,
} from "./condition.ts";

/** The operators of a condition, by PostgREST's names. */
export type OrOperator =
  | "eq"
  | "neq"
  | "gt"
  | "gte"
  | "lt"
  | "lte"
  | "like"
  | "ilike"
  | "match"
  | "imatch"
  | "is"
  | "isdistinct"
  | "in"
  | "cs"
  | "cd"
  | "ov"
  | "fts"
  | "plfts"
  | "phfts"
  | "wfts";

/**
 * One alternative of `or([…])`: a condition on a column, or a group of conditions. Values are values,
 * whatever they contain.
 */
export type OrCondition<Column extends string = string> =
  | {
      readonly column: Column | `${Column}->${string}`;
      readonly operator: OrOperator;
      readonly value: unknown;
      readonly not?: boolean;
    }
  | { readonly and: readonly OrCondition<Column>[]; readonly not?: boolean }
  | { readonly or: readonly OrCondition<Column>[]; readonly not?: boolean };

const CONDITIONS: Readonly<Record<OrOperator, (value: unknown) => ConditionAt>> = {
  eq: (value) => comparison("eq", value),
  neq: (value) => comparison("neq", value),
  gt: (value) => comparison("gt", value),
  gte: (value) => comparison("gte", value),
  lt: (value) => comparison("lt", value),
  lte: (value) => comparison("lte", value),
  like: (value) => comparison("like", value),
  ilike: (value) => comparison("ilike", value),
  match: (value) => comparison("match", value),
  imatch: (value) => comparison("imatch", value),
  is: identity,
  isdistinct: distinctness,
  // What is no list is refused there.
  in: (value) => membership(value as Iterable<unknown>, false),
  cs: (value) => containment("cs", value),
  cd: (value) => containment("cd", value),
  ov: (value) => containment("ov", value),
  fts: (value) => textSearch(value),
  plfts: (value) => textSearch(value, { type: "plain" }),
  phfts: (value) => textSearch(value, { type: "phrase" }),
  wfts: (value) => textSearch(value, { type: "websearch" }),
};

/** The conditions as one tree, joined by `operator`. */
export function groupOf(
  operator: "and" | "or",
  conditions: readonly OrCondition[],
  negated = false,
): Result<LogicTree, RequestError> {
  if (conditions.length === 0) return err(wrong("an empty list of conditions"));
  const members: LogicTree[] = [];
  for (const condition of conditions) {
    const member = treeOf(condition);
    if (!member.ok) return member;
    members.push(member.value);
  }
  return ok({ kind: "group", operator, negated, members });
}

function treeOf(condition: OrCondition): Result<LogicTree, RequestError> {
  if (typeof condition !== "object" || condition === null)
    return err(wrong(`a ${typeof condition} as a condition`));
  const negated = condition.not === true;
  if ("and" in condition) return groupOf("and", condition.and, negated);
  if ("or" in condition) return groupOf("or", condition.or, negated);
  const make = Object.hasOwn(CONDITIONS, condition.operator) ? CONDITIONS[condition.operator] : undefined;
  if (make === undefined) return err(wrong("an operator that it does not know"));
  if (typeof condition.column !== "string") return err(wrong("a condition without a column"));
  const place = parseTreePath(condition.column);
  if (!place.ok) return place;
  if (place.value.path.length > 0)
    return err(wrong("a column of an embed; name the embed with referencedTable"));
  const met = make(condition.value)({ method: "or", name: condition.column });
  if (!met.ok) return met;
  return ok({
    kind: "filter",
    field: place.value.field,
    negated: met.value.negated !== negated,
    operation: met.value.operation,
  });
}

function wrong(what: string): RequestError {
  return {
    kind: "invalidValue",
    message: `or() was given ${what}.`,
    hint: 'Give conditions such as { column: "status", operator: "eq", value: "active" }, { and: […] } or { or: […] }.',
  };
}
