import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import { parseText } from "./parse-text.ts";
import { readOperation, type NegatableOperation } from "./read-operation.ts";

/** What stands after `column=`: `eq.1`, `not.in.(1,2)`, `fts(english).cats`. A single value is all the rest of the text. */
export function parseFilter(text: string): Result<NegatableOperation, RequestError> {
  return parseText({ what: "filter", text }, (cursor) => readOperation(cursor, (at) => at.takeRest()));
}
