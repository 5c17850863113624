import type { RequestError } from "../errors/request-error.ts";
import { err, type Result } from "../errors/result.ts";
import type { Field, LogicTree } from "../request/index.ts";
import { parseLogicTree, parseTreePath } from "../syntax/index.ts";
import type { ConditionAt } from "./condition.ts";
import { changeDraft, failDraft, type Draft } from "./draft.ts";
import { embedPlace, type EmbedOption } from "./embed-place.ts";
import { groupOf, type OrCondition } from "./or-condition.ts";
import type { GivenAt } from "./value-text.ts";

/** Records one filter. The column's text also says in which embed it applies. */
export function recordFilter(draft: Draft, at: GivenAt, condition: ConditionAt): Draft {
  if (isShadowed(draft, at)) return draft;
  const place = columnPlace(at);
  if (!place.ok) return failDraft(draft, place.error);
  const met = condition(at);
  if (!met.ok) return failDraft(draft, met.error);
  const { negated, operation } = met.value;
  return withTree(draft, place.value.path, {
    kind: "filter",
    field: place.value.field,
    negated,
    operation,
  });
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
  if (typeof filters !== "string" && !Array.isArray(filters)) return failDraft(draft, notFilters(filters));
  const tree =
    typeof filters === "string"
      ? parseLogicTree("or", false, `(${filters})`)
      : groupOf("or", filters as readonly OrCondition[]);
  if (!tree.ok) return failDraft(draft, tree.error);
  const path = embedPlace(option);
  return path.ok ? withTree(draft, path.value, tree.value) : failDraft(draft, path.error);
}

function columnPlace(at: GivenAt): Result<{ path: string[]; field: Field }, RequestError> {
  if (typeof at.name === "string") return parseTreePath(at.name);
  return err({
    kind: "invalidValue",
    message: `${at.method}() takes a column name first, but was given a ${typeof at.name}.`,
    hint: 'Give the column as a text, such as "email", "data->>key" or "embed.column".',
  });
}

function withTree(draft: Draft, path: readonly string[], value: LogicTree): Draft {
  return changeDraft(draft, { filters: [...draft.request.filters, { path, value }] });
}

function notFilters(filters: unknown): RequestError {
  return {
    kind: "invalidValue",
    message: `or() takes its filters as a text or a list of conditions, but was given a ${typeof filters}.`,
    hint: 'Write them as PostgREST does, such as "status.eq.active,tier.eq.pro".',
  };
}
