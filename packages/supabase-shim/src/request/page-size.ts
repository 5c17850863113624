/** Above it, a limit says "all there are" rather than how long a page is. */
const LARGEST = 1000;

/**
 * Whether a limit is one that people page by: up to ten, or a multiple of five up to a thousand. Such a limit belongs to the
 * shape and stands in the text, because PostgreSQL plans a limit that it does not know for a tenth of the rows, and so
 * plans each time anew. Others stay parameters: an application that asks for any number of rows has no more shapes
 * for it.
 *
 * @see PostgreSQL documentation, PREPARE, "Notes": custom and generic plans.
 */
export function isPageSize(limit: number): boolean {
  return Number.isInteger(limit) && limit >= 0 && limit <= LARGEST && (limit <= 10 || limit % 5 === 0);
}
