import { err, ok, type RequestError, type Result } from "../errors/index.ts";
import type { Range } from "../request/index.ts";

/** A `limit` and an `offset` parameter of one relation, as they were given. */
export interface RangeTexts {
  readonly limit?: string;
  readonly offset?: string;
}

/** Rows from `first` to `last`, both included; no last means all that follow. */
interface Span {
  readonly first: number;
  readonly last?: number;
}

const ALL: Span = { first: 0 };

/** The rows of an embedded relation: what is wrong with them is PostgreSQL's to say. */
export function embeddedRange(texts: RangeTexts): Range | undefined {
  return rangeOf(spanOf(texts));
}

/**
 * The rows of the request's own relation: those that the `Range` header and the parameters both name. The header
 * counts for GET alone. Fails with PGRST103.
 */
export function rootRange(
  texts: RangeTexts,
  rangeHeader: string | null,
): Result<Range | undefined, RequestError> {
  const asked = spanOf(texts);
  // A limit of zero is no empty range but a request for no rows.
  if (asked.last === -1) return ok({ offset: 0, limit: 0 });
  const header = rangeHeader === null ? ALL : headerSpan(rangeHeader);
  if (isEmpty(header)) return err({ kind: "invalidRange", reason: "lowerAboveUpper" });
  const both = intersection(header, asked);
  if (isEmpty(both)) return err({ kind: "invalidRange", reason: "negativeLimit" });
  return ok(rangeOf(both));
}

function spanOf({ limit, offset }: RangeTexts): Span {
  const count = wholeNumber(limit);
  const first = wholeNumber(offset);
  if (offset === undefined) {
    return count === undefined ? ALL : { first: 0, last: count - 1 };
  }
  const from = first ?? 0;
  if (limit === undefined) return { first: from };
  return { first: from, last: from + (count ?? 0) - 1 };
}

/** `0-9`, or `10-` for all that follow. Anything else is no range, and counts as none. */
function headerSpan(header: string): Span {
  const [, first, last] = /^(\d+)-(\d*)$/.exec(header) ?? [];
  if (first === undefined) return ALL;
  return last ? { first: Number(first), last: Number(last) } : { first: Number(first) };
}

function intersection(one: Span, other: Span): Span {
  const first = Math.max(one.first, other.first);
  const lasts = [one.last, other.last].filter((last) => last !== undefined);
  return lasts.length === 0 ? { first } : { first, last: Math.min(...lasts) };
}

function isEmpty({ first, last }: Span): boolean {
  return last !== undefined && last < first;
}

function rangeOf({ first, last }: Span): Range | undefined {
  if (last === undefined) return first === 0 ? undefined : { offset: first };
  return { offset: first, limit: last - first + 1 };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*-?\d+\s*$/.test(text) ? Number(text) : undefined;
}
