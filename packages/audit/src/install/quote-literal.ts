/**
 * A string literal for the text of a migration, which takes no parameters.
 *
 * A backslash is written in the escape form, which reads the same whatever `standard_conforming_strings` says.
 *
 * @throws {TypeError} the text holds the character NUL, which PostgreSQL cannot store.
 */
export function quoteLiteral(text: string): string {
  if (text.includes("\0")) throw new TypeError("a text must not contain the character NUL");
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}
