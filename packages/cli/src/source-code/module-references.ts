import type { Node, Program, StringLiteral } from "oxc-parser";

import { eachChild } from "./syntax-node.ts";

/** How a module is named in a file. */
export type ReferenceKind =
  | "import"
  | "export"
  | "require"
  | "dynamic import"
  | "type"
  | "mock"
  | "augmentation";

/** One place where a module is named by a text. */
export interface ModuleReference {
  readonly kind: ReferenceKind;
  readonly specifier: string;
  /** The text with its quotes. */
  readonly source: Node;
  /** The statement or call. */
  readonly node: Node;
  /** The names that are taken from it, as the module calls them; `*` for all. Empty where none is named. */
  readonly names: readonly { readonly name: string; readonly node: Node }[];
}

/** Functions of test runners that take a module's name. */
const MOCKS =
  /^(?:mock|doMock|unmock|doUnmock|unstable_mockModule|setMock|requireActual|importActual|requireMock|importMock|module)$/;

/** Every place of a file where a module is named by a text: imports, exports, requires, type imports, mocks. */
export function moduleReferences(program: Program): ModuleReference[] {
  const found: ModuleReference[] = [];
  const visit = (node: Node): void => {
    const reference = referenceOf(node);
    if (reference !== undefined) found.push(reference);
    eachChild(node, visit);
  };
  visit(program);
  return found;
}

function referenceOf(node: Node): ModuleReference | undefined {
  const found = named(node);
  if (found === undefined || !isText(found.source)) return undefined;
  const { kind, source, names = [] } = found;
  return { kind, specifier: source.value, source, node, names };
}

interface Named {
  readonly kind: ReferenceKind;
  readonly source: Node | null | undefined;
  readonly names?: ModuleReference["names"];
}

function named(node: Node): Named | undefined {
  switch (node.type) {
    case "ImportDeclaration":
      return { kind: "import", source: node.source, names: importedNames(node.specifiers) };
    case "ExportNamedDeclaration":
      return {
        kind: "export",
        source: node.source,
        names: node.specifiers.map((item) => ({ name: nameOf(item.local), node: item })),
      };
    case "ExportAllDeclaration":
      return { kind: "export", source: node.source, names: [{ name: "*", node }] };
    case "ImportExpression":
      return { kind: "dynamic import", source: node.source };
    case "TSImportType":
      return { kind: "type", source: node.source, names: typeNames(node.qualifier) };
    case "TSExternalModuleReference":
      return { kind: "require", source: node.expression };
    case "TSModuleDeclaration":
      return { kind: "augmentation", source: node.id };
    case "CallExpression":
      return calledReference(node);
    default:
      return undefined;
  }
}

function calledReference({
  callee,
  arguments: [source],
}: Extract<Node, { type: "CallExpression" }>): Named | undefined {
  if (callee.type === "Identifier" && callee.name === "require") return { kind: "require", source };
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return undefined;
  const { name } = callee.property;
  if (name === "resolve" && callee.object.type === "Identifier" && callee.object.name === "require")
    return { kind: "require", source };
  return MOCKS.test(name) ? { kind: "mock", source } : undefined;
}

function isText(node: Node | null | undefined): node is StringLiteral {
  return node?.type === "Literal" && typeof node.value === "string";
}

function importedNames(
  specifiers: Extract<Node, { type: "ImportDeclaration" }>["specifiers"],
): ModuleReference["names"] {
  return specifiers.map((item) => {
    if (item.type === "ImportSpecifier") return { name: nameOf(item.imported), node: item };
    return { name: item.type === "ImportDefaultSpecifier" ? "default" : "*", node: item };
  });
}

function typeNames(
  qualifier: Extract<Node, { type: "TSImportType" }>["qualifier"],
): ModuleReference["names"] {
  let first: Node | null = qualifier;
  while (first?.type === "TSQualifiedName") first = first.left;
  return first?.type === "Identifier" ? [{ name: first.name, node: first }] : [];
}

/** A name of an import or export, which may be written as a text. */
export function nameOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "";
}
