import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import type { Range } from "../request/index.ts";
import { changeDraft, failDraft, type Draft } from "./draft.ts";
import { embedPlace, samePath, type EmbedOption } from "./embed-place.ts";

/** Records `limit(rows)`. The offset stays what it was. */
export function recordLimit(draft: Draft, rows: unknown, option: EmbedOption | undefined): Draft {
  const limit = wholeNumber("limit", rows);
  if (!limit.ok) return failDraft(draft, limit.error);
  const place = embedPlace("limit", option);
  return place.ok ? withRange(draft, place.value, { limit: limit.value }) : failDraft(draft, place.error);
}

/** Records `range(from, to)`: rows `from` to `to`, both included, counted from zero. */
export function recordRange(
  draft: Draft,
  bounds: { readonly from: unknown; readonly to: unknown },
  option: EmbedOption | undefined,
): Draft {
  const from = wholeNumber("range", bounds.from);
  if (!from.ok) return failDraft(draft, from.error);
  const to = wholeNumber("range", bounds.to);
  if (!to.ok) return failDraft(draft, to.error);
  const place = embedPlace("range", option);
  if (!place.ok) return failDraft(draft, place.error);
  return withRange(draft, place.value, { offset: from.value, limit: to.value - from.value + 1 });
}

/** Digits in a text count as a number, because a limit often comes from a query string. */
export function wholeNumber(method: string, value: unknown): Result<number, RequestError> {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isSafeInteger(number)) return ok(number);
  return err({
    kind: "invalidValue",
    message: `${method}() takes a whole number, but was given ${description(value)}.`,
    hint: "Leave the call out to have no bound.",
  });
}

function description(value: unknown): string {
  if (value === null || value === undefined || typeof value === "number") return String(value);
  return `a ${typeof value}`;
}

/** At one path the last bounds count. */
function withRange(draft: Draft, path: readonly string[], bounds: Partial<Range>): Draft {
  const { ranges } = draft.request;
  const before = ranges.find((located) => samePath(located.path, path));
  const value = { offset: 0, ...before?.value, ...bounds };
  return changeDraft(draft, {
    ranges: before
      ? ranges.map((located) => (located === before ? { path, value } : located))
      : [...ranges, { path, value }],
  });
}
