import type { RequestError } from "../errors/request-error.ts";
import type { CountKind } from "../request/index.ts";
import { parseSelect } from "../syntax/index.ts";
import { changeDraft, failDraft, preferring, type Draft } from "./draft.ts";

/** Records the columns. Whitespace counts only inside double quotes; nothing means all columns. A list is joined. */
export function recordSelect(draft: Draft, columns: unknown): Draft {
  if (columns === undefined || columns === null) return withoutSelect(draft);
  const given: readonly unknown[] = Array.isArray(columns) ? columns : [columns];
  const other = given.findIndex((item) => typeof item !== "string");
  if (other !== -1) return failDraft(draft, notColumns(given[other]));
  const text = withoutWhitespace(given.join(","));
  if (text === "") return withoutSelect(draft);
  const items = parseSelect(text);
  return items.ok ? changeDraft(draft, { select: items.value }) : failDraft(draft, items.error);
}

/** Records which count is wanted. One that is not known is refused only by a strict request. */
export function recordCount(draft: Draft, count: string | undefined): Draft {
  if (!count) return draft;
  return isCountKind(count)
    ? preferring(draft, { count })
    : preferring(draft, { invalid: [`count=${count}`] });
}

function isCountKind(count: string): count is CountKind {
  return count === "exact" || count === "planned" || count === "estimated";
}

function withoutWhitespace(text: string): string {
  if (!/\s/.test(text)) return text;
  let quoted = false;
  let kept = "";
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (quoted || !/\s/.test(character)) kept += character;
  }
  return kept;
}

function withoutSelect(draft: Draft): Draft {
  const { select: _before, ...request } = draft.request;
  return Object.freeze({ ...draft, request: Object.freeze(request) });
}

function notColumns(columns: unknown): RequestError {
  return {
    kind: "invalidValue",
    message: `select() takes its columns as a text or a list of texts, but was given a ${typeof columns}.`,
    hint: 'Separate the columns by commas, such as "id, email", or write ["id", "email"].',
  };
}
