import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import { parseText } from "./parse-text.ts";
import { readName } from "./read-name.ts";
import { takeDelimiter } from "./read-operation.ts";
import { separated } from "./separated.ts";

/** Where a logic tree applies, and what joins its members. */
interface LogicPath {
  readonly path: string[];
  readonly operator: "and" | "or";
  readonly negated: boolean;
}

/** The name of a logic parameter: `or`, `not.or`, `clients.or`, `clients.not.and`. `not` counts wherever it stands, once. */
export function parseLogicPath(text: string): Result<LogicPath, RequestError> {
  return parseText({ what: "logic path", text }, (cursor) => {
    const names = separated(cursor, readName, takeDelimiter);
    const operator = names?.pop();
    if (names === undefined) return undefined;
    if (operator !== "and" && operator !== "or") {
      cursor.miss(["logic operator (and, or)"]);
      return undefined;
    }
    const path = names.filter((name) => name !== "not");
    return { path, operator, negated: path.length < names.length };
  });
}
