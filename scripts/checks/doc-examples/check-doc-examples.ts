import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { parseSync } from "oxc-parser";

import { developmentNode } from "../../toolchain/root.mjs";
import { runProcess } from "../../toolchain/run-process.mjs";
import { packageFolders, sourceFiles } from "../source-files.ts";
import { type ExampleCode, readDocComments } from "./doc-comment.ts";
import { SymbolReader } from "./exported-symbols.ts";
import { readReadmeExamples } from "./readme-examples.ts";

/** What was read and what is missing or wrong. */
export interface DocExampleReport {
  /** One line each: `file:line  what is wrong`. */
  readonly violations: readonly string[];
  readonly symbolsRead: number;
  readonly examplesCompiled: number;
}

/** Of this process only: two checks at once do not remove each other's files. Git ignores it. */
const generated = `.doc-examples-${process.pid}`;

interface FoundExample {
  readonly source: string;
  readonly folder: string;
  readonly code: ExampleCode;
}

/**
 * Every symbol that a published package exports has a doc comment with an example, and every example in its
 * sources and its README compiles as it stands, against the packages as their users import them.
 */
export async function checkDocExamples(root: string): Promise<DocExampleReport> {
  const folders = packageFolders(root).filter((folder) => folder.startsWith(join(root, "packages")));
  const violations: string[] = [];

  const reader = new SymbolReader();
  const symbols = folders.flatMap((folder) =>
    sourceEntries(folder).flatMap((entry) => reader.symbolsOf(entry)),
  );
  const distinct = [...new Map(symbols.map((symbol) => [`${symbol.file}\0${symbol.name}`, symbol])).values()];
  for (const { file, line, name, comments } of distinct) {
    const place = `${relative(root, file)}:${line}`;
    if (comments.length === 0) violations.push(`${place}  ${name} is exported and has no doc comment`);
    else if (!comments.some(({ examples }) => examples.length > 0)) {
      violations.push(`${place}  ${name} is exported and its doc comment has no @example`);
    }
  }

  const found: FoundExample[] = [];
  for (const folder of folders) {
    for (const source of sourceFiles(join(folder, "src"))) {
      for (const { line, code } of examplesIn(source)) {
        if (code) found.push({ source, folder, code });
        else violations.push(`${relative(root, source)}:${line}  @example without TypeScript code`);
      }
    }
  }
  for (const folder of folders) {
    const source = join(folder, "README.md");
    if (!existsSync(source)) continue;
    for (const code of readReadmeExamples(readFileSync(source, "utf8"))) found.push({ source, folder, code });
  }
  violations.push(...(await compile(root, found)));
  if (symbols.length === 0) violations.push("packages/  no exported symbol was read");
  return { violations, symbolsRead: distinct.length, examplesCompiled: found.length };
}

/** The TypeScript sources behind the entries of a package's `exports`. */
function sourceEntries(folder: string): string[] {
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  return [...manifest.matchAll(/"@offramp\/source":\s*"([^"]+)"/g)].map(([, path = ""]) =>
    join(folder, path),
  );
}

function examplesIn(path: string): { line: number; code: ExampleCode | undefined }[] {
  const source = readFileSync(path, "utf8");
  return readDocComments(source, parseSync(path, source).comments).flatMap(({ examples }) => examples);
}

/**
 * Compiles the examples, each as a module in its package's folder: there the package's own name and its
 * dependencies resolve. Empty lines above the code keep the line numbers of the source.
 */
async function compile(root: string, examples: readonly FoundExample[]): Promise<string[]> {
  if (examples.length === 0) return [];
  const sources = new Map<string, string>();
  for (const { source, folder, code } of examples) {
    const name = relative(folder, source)
      .replaceAll("/", "-")
      .replace(/\.\w+$/, "");
    const path = join(folder, generated, `${name}-${code.line}.ts`);
    sources.set(relative(root, path), relative(root, source));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${"\n".repeat(code.line - 1)}${code.text}\nexport {};\n`);
  }
  const project = join(root, generated, "tsconfig.json");
  mkdirSync(dirname(project), { recursive: true });
  writeFileSync(project, JSON.stringify(projectFor(root, [...sources.keys()])));
  try {
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const { code, output } = await runProcess(developmentNode, [tsc, "-p", project, "--pretty", "false"], {
      cwd: root,
      quiet: true,
    });
    if (code === 0) return [];
    const lines = output.trimEnd().split("\n");
    const inExamples = lines.flatMap((line) => inTheSource(line, sources) ?? []);
    return inExamples.length > 0 ? inExamples : ["the packages themselves do not type-check:", ...lines];
  } finally {
    const folders = new Set([dirname(project), ...examples.map(({ folder }) => join(folder, generated))]);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

function projectFor(root: string, files: readonly string[]): unknown {
  return {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      isolatedDeclarations: false,
      declaration: false,
      typeRoots: [join(root, "node_modules/@types")],
    },
    files: files.map((file) => join(root, file)),
  };
}

/** An error of the compiler with the place in the source; undefined when it is not about an example. */
function inTheSource(line: string, sources: ReadonlyMap<string, string>): string | undefined {
  const [, file = "", row = "", , message = ""] = /^(.+?)\((\d+),(\d+)\): (.*)$/.exec(line) ?? [];
  const source = sources.get(file);
  return source && `${source}:${row}  the example does not compile: ${message}`;
}
