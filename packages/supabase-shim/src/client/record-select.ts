import type { RequestError } from "../errors/request-error.ts";
import type { CountKind } from "../request/index.ts";
import { parseSelect } from "../syntax/index.ts";
import { changeDraft, failDraft, preferring, type Draft } from "./draft.ts";
import { readOnce } from "./read-once.ts";

/** Records the columns. Whitespace counts only inside double quotes; nothing means all columns. A list is joined. */
export function recordSelect(draft: Draft, columns: unknown): Draft {
  if (columns === undefined || columns === null) return withoutSelect(draft);
  const given: readonly unknown[] = Array.isArray(columns) ? columns : [columns];
  const other = given.findIndex((item) => typeof item !== "string");
  if (other !== -1) return failDraft(draft, notColumns(given[other]));
  const read = readSelect(typeof columns === "string" ? columns : given.join(","));
  if (read === undefined) return withoutSelect(draft);
  return read.ok ? changeDraft(draft, { select: read.value }) : failDraft(draft, read.error);
}

/** What a text selects; undefined is all columns. */
const readSelect = readOnce((given) => {
  const text = withoutWhitespace(given);
  return text === "" ? undefined : parseSelect(text);
});

/** Records which count is wanted. A text that is none is refused only by a strict request, as on PostgREST. */
export function recordCount(draft: Draft, count: unknown): Draft {
  if (!count) return draft;
  if (typeof count !== "string") return failDraft(draft, notACount(count));
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
  return { ...draft, request };
}

function notACount(count: unknown): RequestError {
  return {
    kind: "invalidValue",
    message: `The option count takes a text, but was given a ${typeof count}.`,
    hint: 'Give "exact", "planned" or "estimated", or leave it out.',
  };
}

function notColumns(columns: unknown): RequestError {
  return {
    kind: "invalidValue",
    message: `select() takes its columns as a text or a list of texts, but was given a ${typeof columns}.`,
    hint: 'Separate the columns by commas, such as "id, email", or write ["id", "email"].',
  };
}
