/** As people sort names, whatever the machine's language is. */
const collator = new Intl.Collator("en");

export function compareNames(a: string, b: string): number {
  // Names that people take for one another still have an order.
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}

export function inNameOrder<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => compareNames(a.name, b.name));
}
