import { readFileSync } from "node:fs";

import { parseSync, type Program, Visitor } from "oxc-parser";

/** One place where a file names another module. */
export interface ImportSite {
  /** What stands between the quotes; undefined when it is computed, so that nobody can tell what it reads. */
  readonly specifier: string | undefined;
  /** Counted from 1. */
  readonly line: number;
  /** Disappears when compiled. */
  readonly typeOnly: boolean;
  /** The names that are taken; `*` for the whole module. */
  readonly names: readonly string[];
}

/** What one file imports and whether anything of it is left at run time. */
export interface FileReading {
  readonly imports: readonly ImportSite[];
  /** False when the file holds nothing but types. */
  readonly hasRuntimeCode: boolean;
}

/**
 * Reads every import of a TypeScript or JavaScript file: `import`, `export … from`, `import()`,
 * `import("…")` in type position, `import x = require()`, `require()` and `require.resolve()`.
 *
 * @throws {SyntaxError} the file cannot be parsed; a file that is not understood must not pass for one without imports.
 */
export function readImports(path: string): FileReading {
  const source = readFileSync(path, "utf8");
  const { program, errors } = parseSync(path, source);
  const [error] = errors;
  if (error) throw new SyntaxError(`${path}: ${error.message}`);
  return { imports: collect(program, source), hasRuntimeCode: program.body.some(isRuntimeStatement) };
}

function collect(program: Program, source: string): ImportSite[] {
  const sites: ImportSite[] = [];
  const add = (start: number, site: Omit<ImportSite, "line">): void => {
    sites.push({ ...site, line: lineAt(source, start) });
  };
  const addCall = (start: number, argument: unknown): void => {
    add(start, { specifier: literalText(argument), typeOnly: false, names: ["*"] });
  };
  const visitor = new Visitor({
    ImportDeclaration(node) {
      const names = node.specifiers.map((specifier) =>
        specifier.type === "ImportSpecifier"
          ? nameOf(specifier.imported)
          : specifier.type === "ImportDefaultSpecifier"
            ? "default"
            : "*",
      );
      const typeOnly =
        node.importKind === "type" ||
        (node.specifiers.length > 0 &&
          node.specifiers.every(
            (specifier) => specifier.type === "ImportSpecifier" && specifier.importKind === "type",
          ));
      add(node.start, { specifier: node.source.value, typeOnly, names });
    },
    ExportNamedDeclaration(node) {
      if (!node.source) return;
      const typeOnly =
        node.exportKind === "type" ||
        (node.specifiers.length > 0 && node.specifiers.every((specifier) => specifier.exportKind === "type"));
      add(node.start, {
        specifier: node.source.value,
        typeOnly,
        names: node.specifiers.map((specifier) => nameOf(specifier.local)),
      });
    },
    ExportAllDeclaration(node) {
      add(node.start, { specifier: node.source.value, typeOnly: node.exportKind === "type", names: ["*"] });
    },
    ImportExpression(node) {
      addCall(node.start, node.source);
    },
    TSImportType(node) {
      add(node.start, { specifier: node.source.value, typeOnly: true, names: ["*"] });
    },
    TSImportEqualsDeclaration(node) {
      if (node.moduleReference.type !== "TSExternalModuleReference") return;
      addCall(node.start, node.moduleReference.expression);
    },
    CallExpression(node) {
      if (source.slice(node.callee.start, node.callee.end).match(/^require(\.resolve)?$/)) {
        addCall(node.start, node.arguments[0]);
      }
    },
  });
  visitor.visit(program);
  return sites.toSorted((left, right) => left.line - right.line);
}

function isRuntimeStatement(statement: Program["body"][number]): boolean {
  switch (statement.type) {
    case "TSTypeAliasDeclaration":
    case "TSInterfaceDeclaration":
      return false;
    case "ImportDeclaration":
    case "ExportAllDeclaration":
      return (
        (statement.type === "ImportDeclaration" ? statement.importKind : statement.exportKind) !== "type"
      );
    case "ExportNamedDeclaration":
      if (statement.exportKind === "type") return false;
      return statement.declaration !== null || statement.specifiers.length > 0 || statement.source !== null;
    case "VariableDeclaration":
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
      return !("declare" in statement && statement.declare);
    default:
      return true;
  }
}

function nameOf(name: { readonly type: string }): string {
  if ("name" in name && typeof name.name === "string") return name.name;
  if ("value" in name && typeof name.value === "string") return name.value;
  return "*";
}

function literalText(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null || !("type" in node)) return undefined;
  if (node.type === "Literal" && "value" in node && typeof node.value === "string") return node.value;
  return undefined;
}

function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}
