/** A doc comment of a source file. */
export interface DocComment {
  /** Offsets in the source. */
  readonly start: number;
  readonly end: number;
  readonly examples: readonly Example[];
}

/** What follows one `@example`. */
export interface Example {
  /** Line of the tag, counted from 1. */
  readonly line: number;
  /** The TypeScript block, or undefined when there is none. */
  readonly code: ExampleCode | undefined;
}

/** A TypeScript block. */
export interface ExampleCode {
  /** Line of its first line of code, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** A comment as the parser gives it. */
export interface ParsedComment {
  readonly type: "Line" | "Block";
  /** The text without its delimiters. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The doc comments among a file's comments, with their examples. */
export function readDocComments(source: string, comments: readonly ParsedComment[]): DocComment[] {
  return comments
    .filter(({ type, value }) => type === "Block" && value.startsWith("*"))
    .map(({ value, start, end }) => ({
      start,
      end,
      examples: readExamples(value, source.slice(0, start).split("\n").length),
    }));
}

function readExamples(comment: string, firstLine: number): Example[] {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
  return lines.flatMap((line, index) =>
    line.startsWith("@example")
      ? [{ line: firstLine + index, code: readCode(lines, index + 1, firstLine) }]
      : [],
  );
}

/** The first TypeScript block before the next tag; without any block, all the lines before the next tag. */
function readCode(lines: readonly string[], from: number, firstLine: number): ExampleCode | undefined {
  const nextTag = lines.findIndex((line, at) => at >= from && line.startsWith("@"));
  const body = lines.slice(from, nextTag === -1 ? undefined : nextTag);
  const open = body.findIndex((line) => line.startsWith("```"));
  if (open === -1) return codeFrom(body, firstLine + from);
  if (!/^```(ts|typescript)\s*$/.test(body[open] ?? "")) return undefined;
  const close = body.findIndex((line, at) => at > open && line.startsWith("```"));
  return codeFrom(body.slice(open + 1, close === -1 ? undefined : close), firstLine + from + open + 1);
}

function codeFrom(lines: readonly string[], line: number): ExampleCode | undefined {
  const text = lines.join("\n").trimEnd();
  return text === "" ? undefined : { line, text };
}
