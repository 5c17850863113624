import * as fc from "fast-check";

/** Texts that end a literal, an identifier, a list or a statement somewhere, and plain names between them. */
const fragments = [
  "id",
  "email",
  "full_name",
  "profiles",
  "metabolic_tests",
  "*",
  "count()",
  "'",
  '"',
  '""',
  "\\",
  "$1",
  "$$",
  ";",
  "--",
  "/*",
  "*/",
  "(",
  ")",
  ",",
  ".",
  ":",
  "::",
  "->",
  "->>",
  "!inner",
  "!",
  "...",
  "{",
  "}",
  "%",
  " ",
  "\n",
  "\u0000",
  "\ud800",
  "é✓",
  "null",
  "or",
  "and(",
  "not.",
  "eq.",
  "in.(",
  "is.null",
  "text",
  "int",
  "0",
  "-1",
  "99999999999999999999",
  "drop table canary",
  "'; drop table canary; --",
  '"; drop table canary; --',
  "); delete from canary where (true",
  " union select secret from canary",
  "pg_sleep(10)",
  "now()",
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...fragments), { maxLength: 6 }).map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 2, arbitrary: fc.constantFrom(...fragments) },
);

/** A name that is right as often as not, so that the other positions of a call are reached. */
export function mostly(...names: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: hostileText });
}
