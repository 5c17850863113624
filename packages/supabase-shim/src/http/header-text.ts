/**
 * A text as a header's value: UTF-8, of which a header has one character per byte. What would end the line, or is no
 * character at all, is escaped.
 */
export function headerText(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1").replaceAll(NOT_IN_HEADERS, escaped);
}

/** RFC 9110, 5.5: the field values' control characters, but for the tab. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about.
const NOT_IN_HEADERS = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** RFC 9110, 5.1 */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}
