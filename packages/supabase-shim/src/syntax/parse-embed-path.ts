import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import { parseText } from "./parse-text.ts";
import { readName } from "./read-name.ts";
import { takeDelimiter } from "./read-operation.ts";
import { separated } from "./separated.ts";

/**
 * A `referencedTable`: `clients.projects`. Anything after the names is an error: PostgREST would drop
 * it, and with it the embed that was meant, so that a limit would silently apply to the parent.
 */
export function parseEmbedPath(text: string): Result<string[], RequestError> {
  return parseText({ what: "tree path", text }, (cursor) => {
    const path = separated(cursor, readName, takeDelimiter);
    return path !== undefined && cursor.atEnd() ? path : undefined;
  });
}
