import { type EcmaScriptModule, type ParserOptions, parseSync, type Program } from "oxc-parser";

import { noteParsed } from "./parser-memory.ts";
import { scriptsOf } from "./scripts-of.ts";

/** A text that was read. Offsets count UTF-16 units of the whole file, a byte order mark included. */
export interface ParsedSource {
  readonly ok: true;
  /** What `import` and `export` name, without a look at the tree. */
  readonly module: EcmaScriptModule;
  /** The tree, which is made when it is asked for: most files need none. */
  program(): Program;
}

/** A text that is no JavaScript or TypeScript. */
export interface UnparsedSource {
  readonly ok: false;
  readonly message: string;
  /** Where, from 0. */
  readonly offset: number;
}

/** Extensions of files that are read, longest first where one ends another. */
export const sourceExtensions: readonly string[] = ".ts .tsx .mts .cts .js .jsx .mjs .cjs .vue .svelte".split(
  " ",
);

/** Parses a file by its extension; of a `.vue` or `.svelte` file its `<script>` blocks. */
export function parseSource(path: string, text: string): ParsedSource | UnparsedSource {
  const extension = path.slice(path.lastIndexOf("."));
  const framed = extension === ".vue" || extension === ".svelte";
  const script = framed ? scriptsOf(text) : text;
  const first = attempt(path, script, { lang: framed ? "tsx" : languageOf(path, extension) });
  // Flow and JSX in .js are read with JSX; a .vue script of plain TypeScript may hold `<T>x`, which JSX forbids.
  if (first.ok || !framed) return first;
  const second = attempt(path, script, { lang: "ts" });
  return second.ok ? second : first;
}

function attempt(path: string, text: string, options: ParserOptions): ParsedSource | UnparsedSource {
  noteParsed(text.length);
  const result = parseSync(path, text, { ...options, sourceType: "unambiguous", astType: "ts" });
  const error = result.errors.find(isError);
  if (error !== undefined) return { ok: false, message: error.message, offset: error.labels[0]?.start ?? 0 };
  return { ok: true, module: result.module, program: () => result.program };
}

function languageOf(path: string, extension: string): "js" | "jsx" | "ts" | "tsx" | "dts" {
  if (/\.d\.[cm]?ts$/.test(path)) return "dts";
  if (extension === ".tsx") return "tsx";
  return extension === ".ts" || extension === ".mts" || extension === ".cts" ? "ts" : "jsx";
}

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === "Error";
}
