import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import type { Field } from "../request/index.ts";
import { parseText } from "./parse-text.ts";
import { readJsonPath } from "./read-field.ts";
import { readName } from "./read-name.ts";
import { takeDelimiter } from "./read-operation.ts";
import { separated } from "./separated.ts";

/** A field of the relation at `path`. */
export interface TreePath {
  readonly path: readonly string[];
  readonly field: Field;
}

/**
 * The name of a filter, order, limit or offset parameter: `clients.projects.data->>key`.
 * As in PostgREST, reading stops at the first character that does not belong: `a,b` is the field `a`.
 */
export function parseTreePath(text: string): Result<TreePath, RequestError> {
  return parseText({ what: "tree path", text }, (cursor) => {
    const path = separated(cursor, readName, takeDelimiter);
    const name = path?.pop();
    if (path === undefined || name === undefined) return undefined;
    const steps = readJsonPath(cursor);
    return steps && { path, field: { name, path: steps } };
  });
}
