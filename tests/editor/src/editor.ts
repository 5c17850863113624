import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript-5.9";

/** An editor with one open file, `application.ts`, in which `supabase` is a client with the types of a clinic. */
export interface Editor {
  /** The names that are offered where `|` stands, in the order of the list. */
  completions(code: string): string[];
  /** What is shown over the name before which `|` stands, with its documentation. */
  hover(code: string): string;
  /** What is underlined: the words of each message, and the text under the line. */
  problems(code: string): Problem[];
}

/** An error that the editor shows. */
export interface Problem {
  readonly message: string;
  readonly underlined: string;
}

/** The language service puts what fits anywhere behind what fits here. */
const GLOBALS_AND_KEYWORDS = "15";

const openFile = join(import.meta.dirname, "application.ts");
const saved = readFileSync(openFile, "utf8");

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ["@offramp/source"],
  types: ["node"],
  strict: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
};

/** Opens the file in the language service that editors use. */
export function openEditor(): Editor {
  let text = saved;
  let version = 0;
  const service = ts.createLanguageService({
    getScriptFileNames: () => [openFile],
    getScriptVersion: (path) => (path === openFile ? String(version) : "saved"),
    getScriptSnapshot: (path) => {
      if (path === openFile) return ts.ScriptSnapshot.fromString(text);
      return existsSync(path) ? ts.ScriptSnapshot.fromString(readFileSync(path, "utf8")) : undefined;
    },
    getCurrentDirectory: () => import.meta.dirname,
    getCompilationSettings: () => options,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    readDirectory: (...args) => ts.sys.readDirectory(...args),
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    realpath: (path) => ts.sys.realpath?.(path) ?? path,
  });

  /** Types the code into the file and returns where `|` was. */
  function type(code: string): number {
    const cursor = code.indexOf("|");
    text = saved + (cursor < 0 ? code : code.slice(0, cursor) + code.slice(cursor + 1));
    version += 1;
    return saved.length + cursor;
  }

  return {
    completions(code) {
      const entries = service.getCompletionsAtPosition(openFile, type(code), {})?.entries ?? [];
      return entries.filter(({ sortText }) => sortText < GLOBALS_AND_KEYWORDS).map(({ name }) => name);
    },
    hover(code) {
      const info = service.getQuickInfoAtPosition(openFile, type(code));
      return ts.displayPartsToString([...(info?.displayParts ?? []), ...(info?.documentation ?? [])]);
    },
    problems(code) {
      type(code);
      const found = [
        ...service.getSyntacticDiagnostics(openFile),
        ...service.getSemanticDiagnostics(openFile),
      ];
      return found.map(({ messageText, start = 0, length = 0 }) => ({
        message: ts.flattenDiagnosticMessageText(messageText, "\n"),
        underlined: text.slice(start, start + length),
      }));
    },
  };
}
