/** By code points, which is how UTF-8 sorts; JavaScript's own order of strings is by UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
