import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import { Cursor } from "./cursor.ts";
import { describeFailure, describePlace, type Failure } from "./failure.ts";

export interface SourceText {
  /** What the text is, as the error message says it: `select parameter`. */
  readonly what: string;
  /** As it was given; the error message quotes it. */
  readonly text: string;
  /** Read before the text, and counted in the error's column, but not quoted. */
  readonly prefix?: string;
}

const UNEXPLAINED: Failure = { kind: "refusal", at: 0, reason: "unknown parse error" };

/** Reads a text from its beginning. What stands after the part that was read is the reader's business. */
export function parseText<T>(
  source: SourceText,
  read: (cursor: Cursor) => T | undefined,
): Result<T, RequestError> {
  const cursor = new Cursor((source.prefix ?? "") + source.text);
  const value = read(cursor);
  if (value !== undefined) return ok(value);
  const failure = cursor.failure ?? UNEXPLAINED;
  const place = describePlace(cursor.text, failure.at);
  return err({
    kind: "syntax",
    message: `"failed to parse ${source.what} (${source.text})" ${place}`,
    details: describeFailure(failure, cursor.text),
  });
}
