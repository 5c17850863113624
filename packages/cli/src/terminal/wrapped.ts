import stringWidth from "fast-string-width";

/**
 * A whole text for a terminal of `width` columns: lines that are longer are broken between words, and go on below where they
 * begin, two columns further in. A word that is longer than a line, such as a path, is left to the terminal, so that it can be copied.
 */
export function wrappedText(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      if (stringWidth(line) <= width) return [line];
      const [indent = ""] = /^ */.exec(line) ?? [];
      const [first = "", ...rest] = wrapped(
        line.slice(indent.length),
        Math.max(20, width - indent.length - 2),
      );
      return [`${indent}${first}`, ...rest.map((each) => `${indent}  ${each}`)];
    })
    .join("\n");
}

/** A text in lines of at most `width` columns, broken between words. A longer word stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line === "") line = word;
    else if (stringWidth(line) + 1 + stringWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}
