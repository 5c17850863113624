import type { Cursor } from "./cursor.ts";

/** One element or more, with a separator between. */
export function separated<T>(
  cursor: Cursor,
  readElement: (cursor: Cursor) => T | undefined,
  takeSeparator: (cursor: Cursor) => boolean,
): T[] | undefined {
  const elements: T[] = [];
  for (;;) {
    const element = readElement(cursor);
    if (element === undefined) return undefined;
    elements.push(element);
    const end = cursor.position;
    if (!takeSeparator(cursor)) return cursor.position === end ? elements : undefined;
  }
}
