import type { Cursor } from "./cursor.ts";

/** The first reading that fits. One that failed after it had moved the cursor is not followed by another. */
export function firstOf<T>(
  cursor: Cursor,
  ...readings: readonly ((cursor: Cursor) => T | undefined)[]
): T | undefined {
  const start = cursor.position;
  for (const read of readings) {
    const value = read(cursor);
    if (value !== undefined || cursor.position !== start) return value;
  }
  return undefined;
}
