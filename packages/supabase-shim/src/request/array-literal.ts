/** An element of a PostgreSQL array as text, null, or an array of the next dimension. */
export type ArrayElement = string | null | readonly ArrayElement[];

/**
 * A PostgreSQL array literal: `{"a","b\"c",NULL}`. Every element is quoted, so that none is taken for
 * NULL, a number of elements, or a delimiter; arrays in the list become nested literals.
 */
export function arrayLiteral(values: readonly ArrayElement[]): string {
  return `{${values.map(elementLiteral).join(",")}}`;
}

function elementLiteral(value: ArrayElement): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
  return arrayLiteral(value);
}
