import type { Node } from "oxc-parser";

import { unwrapped, writtenName } from "../source-code/syntax-node.ts";
import { readArgument } from "./read-argument.ts";
import type { ExpressionReader } from "./expression-reader.ts";
import type { FileScopes } from "./file-scopes.ts";
import { either, isFactory, type Meaning, UNKNOWN } from "./meaning.ts";
import { memberOf, takesName } from "./member-of.ts";
import type { ClassNode, FunctionNode, Origin, Scope } from "./scope.ts";
import { readType } from "./read-type.ts";

/** What is known of the rest of the application. */
export interface Surroundings {
  readonly file: string;
  /** What another module exports under a name. */
  imported(from: string, name: string): Meaning;
  /** What functions of this file are called with, as far as it has been seen. */
  parameter(start: number, index: number): Meaning;
}

/** Says what the expressions of one file mean. */
export class MeaningReader implements ExpressionReader {
  readonly scopes: FileScopes;
  readonly surroundings: Surroundings;
  #known = new Map<Node | Origin, Meaning>();
  #before = new Map<Node | Origin, Meaning>();
  /** What is being read, with how deep in it stands. */
  readonly #open = new Map<Node | Origin, number>();
  readonly #tries = new Map<Node | Origin, number>();
  /** The outermost reading that was met again inside itself. */
  #lowest = Infinity;

  constructor(scopes: FileScopes, surroundings: Surroundings) {
    this.scopes = scopes;
    this.surroundings = surroundings;
  }

  /** Starts anew with what is known now: what leads round in a circle needs a second look. */
  again(): void {
    this.#before = this.#known;
    this.#known = new Map();
  }

  of(node: Node, scope: Scope): Meaning {
    return this.#once(node, () => this.#read(node, scope));
  }

  exported(name: string): Meaning {
    return (this.scopes.exports.get(name) ?? [])
      .map((exported) =>
        "from" in exported
          ? this.surroundings.imported(exported.from, exported.name)
          : this.of(exported.node, exported.scope),
      )
      .reduce(either, UNKNOWN);
  }

  #once(key: Node | Origin, read: () => Meaning): Meaning {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const openAt = this.#open.get(key);
    if (openAt !== undefined) {
      this.#lowest = Math.min(this.#lowest, openAt);
      return this.#before.get(key) ?? UNKNOWN;
    }
    const depth = this.#open.size;
    const around = this.#lowest;
    this.#lowest = Infinity;
    this.#open.set(key, depth);
    const meaning = read();
    this.#open.delete(key);
    // What was read half, inside a circle that is still open, is read again when it is asked for by itself.
    const whole = this.#lowest >= depth;
    const tries = (this.#tries.get(key) ?? 0) + 1;
    if (whole || tries > MOST_TRIES) this.#known.set(key, meaning);
    else this.#tries.set(key, tries);
    this.#lowest = whole ? around : Math.min(around, this.#lowest);
    return meaning;
  }

  #read(given: Node, scope: Scope): Meaning {
    const node = unwrapped(given);
    switch (node.type) {
      case "Identifier":
        return this.#name(node.name, scope);
      case "ThisExpression":
        return scope.self === undefined ? UNKNOWN : this.#instance(scope.self);
      case "MemberExpression":
        return this.#member(node, scope);
      case "CallExpression":
        return this.#call(node, scope);
      case "NewExpression": {
        const made = this.of(node.callee, scope);
        if (made.kind === "external") return made.name === "SupabaseClient" ? CLIENT : UNKNOWN;
        return made.kind === "class" ? made.instance : UNKNOWN;
      }
      case "ImportExpression":
        return node.source.type === "Literal"
          ? this.surroundings.imported(String(node.source.value), "*")
          : UNKNOWN;
      case "ObjectExpression":
        return this.#object(node, scope);
      case "ArrayExpression":
        return {
          kind: "object",
          fields: new Map(
            node.elements.flatMap((item, index) =>
              item === null || item.type === "SpreadElement"
                ? []
                : [[String(index), this.of(item, scope)] as const],
            ),
          ),
        };
      case "ConditionalExpression":
        return either(this.of(node.consequent, scope), this.of(node.alternate, scope));
      case "LogicalExpression":
        return either(this.of(node.left, scope), this.of(node.right, scope));
      case "AssignmentExpression":
        return this.of(node.right, scope);
      case "SequenceExpression":
        return this.of(node.expressions.at(-1) ?? node, scope);
      case "TSAsExpression":
      case "TSTypeAssertion":
        return either(this.of(node.expression, scope), readType(this, node.typeAnnotation, scope));
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#function(node);
      case "ClassDeclaration":
      case "ClassExpression":
        return { kind: "class", at: this.#constructorOf(node), instance: this.#instance(node) };
      default: {
        const text = readArgument(this, node, scope);
        return text.kind === "value" && typeof text.value === "string"
          ? { kind: "text", value: text.value }
          : UNKNOWN;
      }
    }
  }

  #name(name: string, scope: Scope): Meaning {
    const binding = scope.find(name);
    if (binding === undefined) return takesName(name);
    let meaning = UNKNOWN;
    for (const origin of binding.origins) meaning = either(meaning, this.from(origin));
    return meaning.kind === "unknown" ? takesName(name) : meaning;
  }

  get file(): string {
    return this.surroundings.file;
  }

  from(origin: Origin): Meaning {
    return this.#once(origin, () => this.#origin(origin));
  }

  #origin(origin: Origin): Meaning {
    switch (origin.kind) {
      case "value":
        return this.#part(this.of(origin.node, origin.scope), origin.path);
      case "type":
        return this.#part(readType(this, origin.node, origin.scope), origin.path);
      case "parameter":
        return this.#part(this.surroundings.parameter(origin.of.start, origin.index), origin.path);
      case "import":
        return this.surroundings.imported(origin.from, origin.name);
      case "function":
      case "class":
        return this.of(origin.node, origin.scope);
    }
  }

  #part(meaning: Meaning, path: readonly string[]): Meaning {
    return path.reduce<Meaning>((whole, name) => memberOf(whole, name), meaning);
  }

  #member(node: Extract<Node, { type: "MemberExpression" }>, scope: Scope): Meaning {
    const name = this.memberName(node, scope);
    if (name === undefined) return UNKNOWN;
    const object = unwrapped(node.object);
    if (object.type === "ThisExpression" && scope.self !== undefined) {
      const field = this.#field(scope.self, name);
      return field.kind === "unknown" ? takesName(name) : field;
    }
    const member = memberOf(this.of(object, scope), name);
    return member.kind === "unknown" ? takesName(name) : member;
  }

  /** The name of a member, written or computed from a text that is known. */
  memberName(node: Extract<Node, { type: "MemberExpression" }>, scope: Scope): string | undefined {
    const written = writtenName(node.property, node.computed);
    if (written !== undefined || !node.computed) return written;
    const computed = this.of(node.property, scope);
    return computed.kind === "text" ? computed.value : undefined;
  }

  #call(node: Extract<Node, { type: "CallExpression" }>, scope: Scope): Meaning {
    const callee = unwrapped(node.callee);
    const [first] = node.arguments;
    if (callee.type === "Identifier" && callee.name === "require" && first?.type === "Literal")
      return this.surroundings.imported(String(first.value), "*");
    if (callee.type === "MemberExpression") {
      const object = this.of(callee.object, scope);
      const method = this.memberName(callee, scope);
      const started =
        object.kind === "client" && (method === "from" || method === "rpc" || method === "schema");
      if (started || object.kind === "chain") {
        if (method === "then" || method === "catch" || method === "finally") return UNKNOWN;
        const args = node.arguments.map((argument) => readArgument(this, argument, scope));
        return {
          kind: "chain",
          steps: [...(object.kind === "chain" ? object.steps : []), { method, args }],
          sure: object.sure,
        };
      }
      if (object.kind === "client" && method === "withClaims") return object;
      if (object.kind === "member" || object.kind === "client") return UNKNOWN;
    }
    const called = this.of(callee, scope);
    if (called.kind === "function") return called.returns;
    if (called.kind === "external") return isFactory(called.name) ? CLIENT : UNKNOWN;
    const typed = node.typeArguments?.params[0];
    if (typed !== undefined) {
      const type = readType(this, typed, scope);
      if (type.kind !== "unknown") return type;
    }
    return this.#wrapped(callee, node, scope);
  }

  /** Functions of frameworks that give back what they are given: `useMemo`, `useState`, `useRef`, `useContext`, `ref`. */
  #wrapped(callee: Node, node: Extract<Node, { type: "CallExpression" }>, scope: Scope): Meaning {
    const name =
      callee.type === "Identifier"
        ? callee.name
        : callee.type === "MemberExpression"
          ? writtenName(callee.property, callee.computed)
          : undefined;
    if (name === undefined) return UNKNOWN;
    if (isFactory(name) && /supabase/i.test(name)) return { kind: "client", sure: false };
    const [first] = node.arguments;
    if (first === undefined || first.type === "SpreadElement") return UNKNOWN;
    if (GIVES_BACK.has(name)) return this.of(first, scope);
    const given = GIVES_RESULT.has(name) ? this.of(first, scope) : UNKNOWN;
    const result = given.kind === "function" ? given.returns : given;
    return name === "useState" ? { kind: "object", fields: new Map([["0", result]]) } : result;
  }

  #object(node: Extract<Node, { type: "ObjectExpression" }>, scope: Scope): Meaning {
    let whole: Meaning = { kind: "object", fields: new Map() };
    for (const property of node.properties) {
      if (property.type === "SpreadElement") {
        const spread = this.of(property.argument, scope);
        if (spread.kind === "object") whole = either(whole, spread);
      } else {
        const name = writtenName(property.key, property.computed);
        const value = this.of(property.value, scope);
        const meaning = property.kind === "get" && value.kind === "function" ? value.returns : value;
        if (name !== undefined) whole = either(whole, { kind: "object", fields: new Map([[name, meaning]]) });
      }
    }
    return whole;
  }

  #function(node: FunctionNode): Meaning {
    const returned = (this.scopes.returns.get(node) ?? [])
      .map((item) => this.of(item.node, item.scope))
      .reduce(either, UNKNOWN);
    const inner = this.scopes.functions.get(node);
    const type = node.returnType?.typeAnnotation;
    const returns =
      type === undefined || inner === undefined ? returned : either(returned, readType(this, type, inner));
    return { kind: "function", at: { file: this.surroundings.file, start: node.start }, returns };
  }

  #constructorOf(node: ClassNode): { file: string; start: number } | undefined {
    const found = node.body.body.find(
      (item) => item.type === "MethodDefinition" && item.kind === "constructor",
    );
    return found?.type === "MethodDefinition"
      ? { file: this.surroundings.file, start: found.value.start }
      : undefined;
  }

  #instance(node: ClassNode): Meaning {
    const fields = new Map<string, Meaning>();
    for (const name of this.scopes.fields.get(node)?.keys() ?? []) fields.set(name, this.#field(node, name));
    const own: Meaning = { kind: "object", fields };
    const base = this.#base(node);
    return base === undefined ? own : either(own, base);
  }

  #base(node: ClassNode): Meaning | undefined {
    if (node.superClass === null) return undefined;
    const scope = this.scopes.root;
    const base = this.of(node.superClass, scope);
    if (base.kind === "external" && base.name === "SupabaseClient") return CLIENT;
    return base.kind === "class" ? base.instance : undefined;
  }

  #field(node: ClassNode, name: string): Meaning {
    let meaning = UNKNOWN;
    for (const field of this.scopes.fields.get(node)?.get(name) ?? []) {
      const value =
        field.kind === "type" ? readType(this, field.node, field.scope) : this.of(field.node, field.scope);
      meaning = either(meaning, field.kind === "getter" && value.kind === "function" ? value.returns : value);
    }
    if (meaning.kind !== "unknown") return meaning;
    const base = this.#base(node);
    return base === undefined ? UNKNOWN : memberOf(base, name);
  }
}

/** Circles within circles must not take for ever. */
const MOST_TRIES = 4;

const CLIENT: Meaning = { kind: "client", sure: true };

const GIVES_BACK = new Set(
  "useRef useContext ref shallowRef readonly markRaw toRaw unref useCallback cache memo createContext freeze inject provide memoize once".split(
    " ",
  ),
);
const GIVES_RESULT = new Set(["useMemo", "useState", "computed", "lazy", "createMemo", "singleton"]);
