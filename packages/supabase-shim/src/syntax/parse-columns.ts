import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import { parseText } from "./parse-text.ts";
import { readName } from "./read-name.ts";
import { separated } from "./separated.ts";
import { takeSpaced } from "./space.ts";

/** The value of `columns` or `on_conflict`: `"a","b"` or `a, b`. The parameter's name is for the error message. */
export function parseColumns(
  text: string,
  parameter: "columns" | "on_conflict" = "columns",
): Result<string[], RequestError> {
  return parseText({ what: `${parameter} parameter`, text }, (cursor) =>
    separated(cursor, readName, (at) => takeSpaced(at, ",")),
  );
}
