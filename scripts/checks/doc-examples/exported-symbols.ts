import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { type ParseResult, parseSync, type Statement } from "oxc-parser";

import { type DocComment, readDocComments } from "./doc-comment.ts";

/** A name that a package's entry exports, and where it is declared. */
export interface ExportedSymbol {
  readonly name: string;
  /** Absolute path of the declaring file. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The comments above its declarations; an overloaded function has several. */
  readonly comments: readonly DocComment[];
}

/** Follows the exports of entry files to their declarations. */
export class SymbolReader {
  readonly #files = new Map<string, ReadFile>();

  /**
   * Everything that an entry exports.
   *
   * What comes from another package is left out: it is documented there.
   *
   * @throws {Error} an export cannot be followed to its declaration.
   */
  symbolsOf(entry: string): ExportedSymbol[] {
    const { module } = this.#read(entry);
    return module.staticExports
      .flatMap(({ entries }) => entries)
      .flatMap((exported) => {
        const request = exported.moduleRequest?.value;
        if (request !== undefined && exported.importName.name === null) {
          return isRelative(request) ? this.symbolsOf(resolve(entry, request)) : [];
        }
        const name = exported.exportName.name ?? "default";
        if (request !== undefined && !isRelative(request)) return [];
        const declared = this.#declared(entry, name);
        return declared ? { ...declared, name } : [];
      });
  }

  #declared(file: string, exportName: string): ExportedSymbol | undefined {
    const { module } = this.#read(file);
    const entries = module.staticExports.flatMap((statement) => statement.entries);
    const exported = entries.find((entry) => (entry.exportName.name ?? "default") === exportName);
    if (!exported) return this.#throughStar(file, exportName);
    if (exported.moduleRequest) {
      const request = exported.moduleRequest.value;
      return isRelative(request)
        ? this.#declared(resolve(file, request), exported.importName.name ?? exportName)
        : undefined;
    }
    return this.#local(file, exported.localName.name ?? exportName, exportName);
  }

  #throughStar(file: string, name: string): ExportedSymbol {
    const stars = this.#read(file)
      .module.staticExports.flatMap(({ entries }) => entries)
      .filter(
        (entry) =>
          entry.moduleRequest && isRelative(entry.moduleRequest.value) && entry.exportName.name === null,
      );
    for (const star of stars) {
      const next = resolve(file, star.moduleRequest?.value ?? "");
      const found = this.symbolsOf(next).find((symbol) => symbol.name === name);
      if (found) return found;
    }
    throw new Error(`${file} exports "${name}", but its declaration was not found.`);
  }

  #local(file: string, localName: string, exportName: string): ExportedSymbol | undefined {
    const { module, program, source, comments } = this.#read(file);
    const statements = program.body.filter((statement) => declares(statement, localName));
    const [first] = statements;
    if (first) {
      const above = statements.flatMap(({ start }) =>
        comments.filter(({ end }) => end <= start && source.slice(end, start).trim() === ""),
      );
      return {
        name: exportName,
        file,
        line: source.slice(0, first.start).split("\n").length,
        comments: above,
      };
    }
    for (const imported of module.staticImports) {
      const entry = imported.entries.find(({ localName: local }) => local.value === localName);
      if (!entry) continue;
      const request = imported.moduleRequest.value;
      return isRelative(request)
        ? this.#declared(resolve(file, request), entry.importName.name ?? "default")
        : undefined;
    }
    throw new Error(`${file} exports "${exportName}", but its declaration was not found.`);
  }

  #read(file: string): ReadFile {
    const known = this.#files.get(file);
    if (known) return known;
    const source = readFileSync(file, "utf8");
    const { module, program, comments, errors } = parseSync(file, source);
    if (errors[0]) throw new SyntaxError(`${file}: ${errors[0].message}`);
    const read = { module, program, source, comments: readDocComments(source, comments) };
    this.#files.set(file, read);
    return read;
  }
}

interface ReadFile {
  readonly module: ParseResult["module"];
  readonly program: ParseResult["program"];
  readonly source: string;
  readonly comments: readonly DocComment[];
}

function declares(statement: Statement, name: string): boolean {
  const declaration =
    statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration"
      ? statement.declaration
      : statement;
  if (declaration === null) return false;
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.some(({ id }) => id.type === "Identifier" && id.name === name);
  }
  return "id" in declaration && declaration.id?.type === "Identifier" && declaration.id.name === name;
}

function isRelative(request: string): boolean {
  return request.startsWith(".");
}

function resolve(from: string, request: string): string {
  const path = join(from, "..", request);
  if (!existsSync(path)) throw new Error(`${from} exports from ${request}, which does not exist.`);
  return path;
}
