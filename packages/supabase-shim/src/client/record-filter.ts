import type { RequestError } from "../errors/request-error.ts";
import { err, type Result } from "../errors/result.ts";
import type { LogicTree } from "../request/index.ts";
import { parseLogicTree, parseTreePath, type TreePath } from "../syntax/index.ts";
import { comparison, type ConditionAt } from "./condition.ts";
import { addFilter, failDraft, type Draft } from "./draft.ts";
import { embedPlace, type EmbedOption } from "./embed-place.ts";
import { groupOf, type OrCondition } from "./or-condition.ts";
import { readOnce } from "./read-once.ts";
import type { GivenAt } from "./value-text.ts";

/** Records one filter. The column's text also says in which embed it applies. */
export function recordFilter(draft: Draft, at: GivenAt, condition: ConditionAt): Draft {
  if (isShadowed(draft, at)) return draft;
  const place = columnPlace(at);
  if (!place.ok) return failDraft(draft, place.error);
  const met = readCondition(condition, at);
  if (!met.ok) return failDraft(draft, met.error);
  const { negated, operation } = met.value;
  return withTree(draft, place.value.path, {
    kind: "filter",
    field: place.value.field,
    negated,
    operation,
  });
}

/** `match(query)`: one filter for each entry that has a value. */
export function recordMatch(draft: Draft, query: unknown): Draft {
  const entries = entriesOf(query);
  if (entries === undefined) return failDraft(draft, notColumnsToMatch(query));
  return entries
    .filter(([, value]) => value !== undefined)
    .reduce(
      (so, [name, value]) => recordFilter(so, { method: "match", name }, comparison("eq", value)),
      draft,
    );
}

/** A getter of the caller's may throw, and what it says may hold values. */
function entriesOf(query: unknown): [string, unknown][] | undefined {
  if (typeof query !== "object" || query === null) return undefined;
  try {
    return Object.entries(query);
  } catch {
    return undefined;
  }
}

function readCondition(condition: ConditionAt, at: GivenAt): ReturnType<ConditionAt> {
  try {
    return condition(at);
  } catch {
    return err(unreadable(at));
  }
}

/**
 * In a read a filter on a column named `select` has never worked: on the wire it is a second `select` parameter, and
 * PostgREST takes the first. An application that has one reads without it today, so it reads the same here. A write
 * keeps it: to change more rows than were named is no behaviour to keep. Quoted (`'"select"'`) it always filters.
 */
function isShadowed({ request: { action } }: Draft, { name }: GivenAt): boolean {
  return action.kind === "read" && name === "select";
}

/** Records `or=(…)`: PostgREST's text without the outer parentheses, or a list of conditions. */
export function recordOr(draft: Draft, filters: unknown, option: EmbedOption | undefined): Draft {
  const place = embedPlace("or", option);
  // On the wire the place is `<embed>.or`, and there `not` is no embed but the opposite.
  const path = place.ok ? place.value.filter((name) => name !== "not") : [];
  const tree = readFilters(filters, place.ok && path.length < place.value.length);
  if (!tree.ok) return failDraft(draft, tree.error);
  return place.ok ? withTree(draft, path, tree.value) : failDraft(draft, place.error);
}

function readFilters(filters: unknown, negated: boolean): Result<LogicTree, RequestError> {
  if (typeof filters === "string") return parseLogicTree("or", negated, `(${filters})`);
  if (!Array.isArray(filters)) return err(notFilters(`a ${typeof filters}`));
  try {
    return groupOf("or", filters as readonly OrCondition[], negated);
  } catch {
    return err(notFilters("a list that cannot be read"));
  }
}

const readPlace = readOnce(parseTreePath);

function columnPlace(at: GivenAt): Result<TreePath, RequestError> {
  if (typeof at.name === "string") return readPlace(at.name);
  return err({
    kind: "invalidValue",
    message: `${at.method}() takes a column name first, but was given a ${typeof at.name}.`,
    hint: 'Give the column as a text, such as "email", "data->>key" or "embed.column".',
  });
}

function withTree(draft: Draft, path: readonly string[], value: LogicTree): Draft {
  return addFilter(draft, { path, value });
}

function notColumnsToMatch(query: unknown): RequestError {
  const given =
    query === null ? "null" : typeof query === "object" ? "one that cannot be read" : `a ${typeof query}`;
  return {
    kind: "invalidValue",
    message: `match() takes an object of columns and values, but was given ${given}.`,
    hint: 'Give the values by column, such as { status: "active", tier: "pro" }.',
  };
}

/** The value threw when it was looked at. What it threw may hold values, so it is not shown. */
function unreadable({ method, name }: GivenAt): RequestError {
  return {
    kind: "invalidValue",
    message: `${method}(${JSON.stringify(name)}) was given something that cannot be read.`,
    hint: "Give texts, numbers, booleans, Dates, plain objects, lists of them or null.",
  };
}

function notFilters(given: string): RequestError {
  return {
    kind: "invalidValue",
    message: `or() takes its filters as a text or a list of conditions, but was given ${given}.`,
    hint: 'Write them as PostgREST does, such as "status.eq.active,tier.eq.pro".',
  };
}
