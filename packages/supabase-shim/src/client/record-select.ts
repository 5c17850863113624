import type { RequestError } from "../errors/request-error.ts";
import type { CountKind } from "../request/index.ts";
import { parseSelect } from "../syntax/index.ts";
import { changeDraft, failDraft, preferring, type Draft } from "./draft.ts";

/** Records the columns. Whitespace counts only inside double quotes; nothing means all columns. A list is joined. */
export function recordSelect(draft: Draft, columns: unknown): Draft {
  if (Array.isArray(columns)) return recordSelect(draft, joined(columns));
  if (columns === undefined || columns === null) return withoutSelect(draft);
  if (typeof columns !== "string") return failDraft(draft, notColumns(columns));
  const text = withoutWhitespace(columns);
  if (text === "") return withoutSelect(draft);
  const items = parseSelect(text);
  return items.ok ? changeDraft(draft, { select: items.value }) : failDraft(draft, items.error);
}

/** What is no text in the list is refused as it would be alone. */
function joined(columns: readonly unknown[]): unknown {
  const other = columns.find((column) => typeof column !== "string");
  return other === undefined ? columns.join(",") : { list: other };
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
    message: `select() takes its columns as a text, but was given a ${typeof columns}.`,
    hint: 'Separate the columns by commas, such as "id, email".',
  };
}
