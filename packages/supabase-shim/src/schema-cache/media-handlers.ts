import { nameKey, type QualifiedName } from "./qualified-name.ts";

/**
 * What makes a body of a media type: a domain of that name is what it returns. PostgREST, "Media Type Handlers".
 */
export interface MediaHandler {
  /** The relation whose rows it takes, or the function whose value it is; absent for the rows of any. */
  readonly target?: QualifiedName;
  /** In lower case; a domain named like any type takes any. */
  readonly mediaType: string;
  /** The type that the answer says it is of. */
  readonly contentType: string;
  /** The domain is over `bytea`. */
  readonly bytes: boolean;
  /** The aggregate that makes the body of the rows; absent where the function returns the domain itself. */
  readonly aggregate?: QualifiedName;
}

/** The handlers of a database by what they take and give. */
export interface MediaHandlers {
  find(target: QualifiedName | undefined, mediaType: string): MediaHandler | undefined;
}

export function indexMediaHandlers(handlers: readonly MediaHandler[]): MediaHandlers {
  const index = new Map<string, MediaHandler>();
  for (const handler of handlers) index.set(keyOf(handler.target, handler.mediaType), handler);
  return { find: (target, mediaType) => index.get(keyOf(target, mediaType)) };
}

function keyOf(target: QualifiedName | undefined, mediaType: string): string {
  return `${target === undefined ? "" : nameKey(target)}\u0000${mediaType}`;
}
