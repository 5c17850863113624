import type { ExampleCode } from "./doc-comment.ts";

/** The TypeScript blocks of a README, each a program of its own. */
export function readReadmeExamples(text: string): ExampleCode[] {
  const lines = text.split("\n");
  const found: ExampleCode[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (!/^```(?:ts|typescript)\s*$/.test(lines[at] ?? "")) continue;
    const close = lines.findIndex((line, index) => index > at && line.startsWith("```"));
    const end = close === -1 ? lines.length : close;
    found.push({ line: at + 2, text: lines.slice(at + 1, end).join("\n") });
    at = end;
  }
  return found;
}
