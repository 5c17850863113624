/** How many texts are remembered; an application has some hundreds. */
const REMEMBERED = 1000;

/**
 * A reader that remembers what it read, for texts that an application writes into its code: the same few come with every
 * call, and what they mean does not change. Never for texts that hold values.
 */
export function readOnce<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly meaning: T }>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before.meaning;
    const meaning = read(text);
    known.set(text, { meaning });
    if (known.size > REMEMBERED) known.delete(known.keys().next().value ?? "");
    return meaning;
  };
}
