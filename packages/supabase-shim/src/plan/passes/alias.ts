/** PostgreSQL cuts identifiers at 63 bytes; two long aliases that differ only behind that would collide. */
const MAX_IDENTIFIER_BYTES = 63;

/** An alias that PostgreSQL keeps whole: long ones are cut, and told apart by a hash of the full text. */
export function fittingAlias(text: string): string {
  if (Buffer.byteLength(text) <= MAX_IDENTIFIER_BYTES) return text;
  const suffix = `_${hash(text).toString(36)}`;
  let kept = text;
  while (Buffer.byteLength(kept) > MAX_IDENTIFIER_BYTES - suffix.length) kept = kept.slice(0, -1);
  return kept + suffix;
}

/** FNV-1a, 32 bit: enough to tell a request's few aliases apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
