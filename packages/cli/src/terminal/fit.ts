import stringWidth from "fast-string-width";

/** Cuts a line so that it takes at most `width` columns: a line that wraps cannot be drawn over. */
export function fit(line: string, width: number): string {
  if (stringWidth(line) <= width) return line;
  let cut = "";
  for (const character of line) {
    if (stringWidth(cut + character) >= width) break;
    cut += character;
  }
  return `${cut}…`;
}
