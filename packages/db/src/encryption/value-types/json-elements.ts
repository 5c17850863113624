/** The elements of a JSON array, each as it was written, so that numbers keep their digits. The text is valid JSON. */
export function jsonElements(array: string): readonly string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = 1;
  // Texts, which may hold anything, then what counts.
  for (const { 0: token, index } of array.trim().matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    const ends = (token === "," && depth === 1) || depth === 0;
    if (!ends) continue;
    const element = array.trim().slice(start, index).trim();
    if (element !== "") elements.push(element);
    start = index + 1;
  }
  return elements;
}
