import type { Node, Program } from "oxc-parser";

import { nameOf } from "../source-code/module-references.ts";
import { eachChild, writtenName } from "../source-code/syntax-node.ts";
import { declarePattern, type PatternOrigin } from "./declare-pattern.ts";
import { type ClassNode, type FunctionNode, Scope } from "./scope.ts";

/** An expression and the scope in which it stands. */
export interface Placed {
  readonly node: Node;
  readonly scope: Scope;
}

/** What a file gives to others under a name. */
export type Exported = Placed | { readonly from: string; readonly name: string };

/** The names of a file and what they come from. */
export interface FileScopes {
  readonly root: Scope;
  /** The scope inside each function. */
  readonly functions: ReadonlyMap<FunctionNode, Scope>;
  readonly returns: ReadonlyMap<FunctionNode, readonly Placed[]>;
  /** What is assigned to `this.x` of a class, and its fields, accessors and methods. */
  readonly fields: ReadonlyMap<ClassNode, ReadonlyMap<string, readonly ClassField[]>>;
  readonly exports: ReadonlyMap<string, readonly Exported[]>;
  /** Modules of which everything is exported on. */
  readonly exportsAll: readonly string[];
  /** Calls, members and elements in the order of the text; of a chain only its outermost part. */
  readonly sites: readonly Placed[];
}

/** A value of a field, or its type, or the function behind an accessor. */
export interface ClassField extends Placed {
  readonly kind: "value" | "type" | "getter";
}

/** Reads which names a file has, in one walk. */
export function readScopes(program: Program): FileScopes {
  const reader = new ScopeReader(program);
  reader.visitAll(program, reader.root);
  reader.assignLate();
  return reader;
}

class ScopeReader implements FileScopes {
  readonly root: Scope;
  readonly functions = new Map<FunctionNode, Scope>();
  readonly returns = new Map<FunctionNode, Placed[]>();
  readonly fields = new Map<ClassNode, Map<string, ClassField[]>>();
  readonly exports = new Map<string, Exported[]>();
  readonly exportsAll: string[] = [];
  readonly sites: Placed[] = [];
  readonly #assignments: { target: Node; value: Node; scope: Scope }[] = [];

  constructor(program: Program) {
    this.root = new Scope(undefined, { of: program });
  }

  visitAll(node: Node, scope: Scope): void {
    eachChild(node, (child) => this.#visit(child, scope, false));
  }

  /** Assignments count whatever stands before them, so names must all be known first. */
  assignLate(): void {
    for (const { target, value, scope } of this.#assignments) {
      declarePattern(target, { kind: "value", node: value, scope, path: [] }, (name, origin) => {
        if (origin !== undefined) scope.find(name)?.origins.push(origin);
      });
      this.#assignMember(target, value, scope);
    }
  }

  #visit(node: Node, scope: Scope, inChain: boolean): void {
    switch (node.type) {
      case "ImportDeclaration":
        for (const item of node.specifiers) {
          const name =
            item.type === "ImportSpecifier"
              ? nameOf(item.imported)
              : item.type === "ImportDefaultSpecifier"
                ? "default"
                : "*";
          scope.declare(item.local.name, { kind: "import", from: node.source.value, name });
        }
        return;
      case "TSImportEqualsDeclaration":
        if (node.moduleReference.type === "TSExternalModuleReference")
          scope.declare(node.id.name, {
            kind: "import",
            from: node.moduleReference.expression.value,
            name: "*",
          });
        return;
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
      case "ExportAllDeclaration":
      case "TSExportAssignment":
        this.#export(node, scope);
        break;
      case "VariableDeclaration":
        this.#declareVariables(node, node.kind === "var" ? scope.whole : scope, scope);
        break;
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
        scope.declare(node.id.name, { kind: "type", node, scope, path: [] });
        break;
      case "AssignmentExpression":
        this.#assignments.push({ target: node.left, value: node.right, scope });
        break;
      case "ReturnStatement":
        if (node.argument !== null) this.#return(node.argument, scope);
        break;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "TSDeclareFunction":
      case "TSEmptyBodyFunctionExpression":
        this.#function(node, scope);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#class(node, scope);
        return;
      case "BlockStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "SwitchStatement":
      case "CatchClause":
      case "TSModuleBlock":
        this.visitAll(node, new Scope(scope));
        return;
      case "CallExpression":
      case "MemberExpression":
      case "NewExpression":
        if (!inChain) this.sites.push({ node, scope });
        eachChild(node, (child, key) =>
          this.#visit(child, scope, key === "object" || (key === "callee" && node.type === "CallExpression")),
        );
        return;
      case "ChainExpression":
      case "ParenthesizedExpression":
      case "TSNonNullExpression":
      case "TSInstantiationExpression":
        eachChild(node, (child) => this.#visit(child, scope, inChain));
        return;
      case "JSXOpeningElement":
        this.sites.push({ node, scope });
        break;
      default:
        break;
    }
    this.visitAll(node, scope);
  }

  #declareVariables(node: Extract<Node, { type: "VariableDeclaration" }>, into: Scope, scope: Scope): void {
    for (const { id, init } of node.declarations) {
      const declare = (name: string, origin?: PatternOrigin): void => into.declare(name, origin);
      if (init === null) declarePattern(id, undefined, declare);
      else declarePattern(id, { kind: "value", node: init, scope, path: [] }, declare);
      this.#declareType(id, into, scope);
    }
  }

  #declareType(pattern: Node, into: Scope, scope: Scope): void {
    const annotation = "typeAnnotation" in pattern ? pattern.typeAnnotation : undefined;
    if (annotation?.type !== "TSTypeAnnotation") return;
    declarePattern(
      pattern,
      { kind: "type", node: annotation.typeAnnotation, scope, path: [] },
      (name, origin) => into.declare(name, origin),
    );
  }

  #function(node: FunctionNode, outer: Scope): void {
    const declared = node.type === "FunctionDeclaration" || node.type === "TSDeclareFunction";
    if (declared && node.id !== null) outer.declare(node.id.name, { kind: "function", node, scope: outer });
    const inner = new Scope(outer, { of: node });
    this.functions.set(node, inner);
    node.params.forEach((given, index) => {
      const parameter = given.type === "TSParameterProperty" ? given.parameter : given;
      declarePattern(parameter, { kind: "parameter", of: node, index, path: [] }, (name, origin) =>
        inner.declare(name, origin),
      );
      const bare = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
      this.#declareType(bare, inner, inner);
      if (given.type === "TSParameterProperty" && bare.type === "Identifier")
        this.#field(inner.self, bare.name, { kind: "value", node: bare, scope: inner });
      // Defaults and decorators hold expressions of their own.
      eachChild(given, (child) => this.#visit(child, inner, false));
    });
    if (node.body === null || node.body === undefined) return;
    if (node.type === "ArrowFunctionExpression" && node.expression) {
      this.#return(node.body, inner);
      this.#visit(node.body, inner, false);
    } else this.visitAll(node.body, inner);
  }

  #return(node: Node, scope: Scope): void {
    const { of } = scope;
    if (of === undefined || of.type === "Program") return;
    const known = this.returns.get(of) ?? [];
    this.returns.set(of, [...known, { node, scope }]);
  }

  #class(node: ClassNode, outer: Scope): void {
    if (node.id !== null) outer.declare(node.id.name, { kind: "class", node, scope: outer });
    const inner = new Scope(outer, { self: node });
    if (node.superClass !== null) this.#visit(node.superClass, outer, false);
    for (const decorator of node.decorators) this.#visit(decorator, outer, false);
    for (const member of node.body.body) {
      if (member.type === "PropertyDefinition" || member.type === "AccessorProperty") {
        const name = writtenName(member.key, member.computed);
        if (name !== undefined && member.value !== null)
          this.#field(node, name, { kind: "value", node: member.value, scope: inner });
        if (name !== undefined && member.typeAnnotation)
          this.#field(node, name, { kind: "type", node: member.typeAnnotation.typeAnnotation, scope: inner });
      } else if (
        member.type === "MethodDefinition" &&
        member.kind !== "constructor" &&
        member.kind !== "set"
      ) {
        const name = writtenName(member.key, member.computed);
        const kind = member.kind === "get" ? "getter" : "value";
        if (name !== undefined) this.#field(node, name, { kind, node: member.value, scope: inner });
      }
      this.visitAll(member, inner);
    }
  }

  #field(of: ClassNode | undefined, name: string, field: ClassField): void {
    if (of === undefined) return;
    const fields = this.fields.get(of) ?? new Map<string, ClassField[]>();
    this.fields.set(of, fields);
    fields.set(name, [...(fields.get(name) ?? []), field]);
  }

  #assignMember(target: Node, value: Node, scope: Scope): void {
    if (target.type !== "MemberExpression") return;
    const name = writtenName(target.property, target.computed);
    if (name === undefined) return;
    if (target.object.type === "ThisExpression")
      this.#field(scope.self, name, { kind: "value", node: value, scope });
    const { object } = target;
    if (object.type === "Identifier" && object.name === "module" && name === "exports")
      this.#exportAs("default", { node: value, scope });
    else if (object.type === "Identifier" && object.name === "exports")
      this.#exportAs(name, { node: value, scope });
    else if (
      object.type === "MemberExpression" &&
      writtenName(object.property, object.computed) === "exports"
    )
      this.#exportAs(name, { node: value, scope });
  }

  #export(node: Node, scope: Scope): void {
    if (node.type === "ExportAllDeclaration") {
      if (node.exported === null) this.exportsAll.push(node.source.value);
      else this.#exportAs(nameOf(node.exported), { from: node.source.value, name: "*" });
    } else if (node.type === "ExportDefaultDeclaration")
      this.#exportAs("default", { node: node.declaration, scope });
    else if (node.type === "TSExportAssignment") this.#exportAs("default", { node: node.expression, scope });
    else if (node.type === "ExportNamedDeclaration") {
      for (const item of node.specifiers) {
        const exported: Exported =
          node.source === null
            ? { node: item.local, scope }
            : { from: node.source.value, name: nameOf(item.local) };
        this.#exportAs(nameOf(item.exported), exported);
      }
      const { declaration } = node;
      if (declaration?.type === "VariableDeclaration") {
        for (const { id } of declaration.declarations)
          declarePattern(id, undefined, (name, _origin, at) => this.#exportAs(name, { node: at, scope }));
      } else if (declaration !== null && "id" in declaration && declaration.id?.type === "Identifier")
        this.#exportAs(declaration.id.name, { node: declaration.id, scope });
    }
  }

  #exportAs(name: string, exported: Exported): void {
    this.exports.set(name, [...(this.exports.get(name) ?? []), exported]);
  }
}
