import { styleText } from "node:util";

type Style = "bold" | "dim" | "green" | "red" | "cyan" | "yellow";

/** Lines fit into a terminal of this many columns. */
export const lineWidth = 100;

/** Coloured on a terminal, plain in a pipe or when NO_COLOR is set. */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

let quiet = false;

export function print(line = ""): void {
  if (!quiet) process.stdout.write(`${line}\n`);
}

/** After Ctrl-C nothing more is shown: what still runs only fails because its server is gone. */
export function stopPrinting(): void {
  quiet = true;
}

export function indented(text: string, spaces: number): string {
  return text.replaceAll(/^/gm, " ".repeat(spaces));
}

/** The text, cut where it would not fit. */
export function fitted(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** Words joined by spaces into lines of at most `width` characters. */
export function wrapped(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** `1,234` */
export function counted(amount: number): string {
  return amount.toLocaleString("en-US");
}

/** `0.8 s` */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
