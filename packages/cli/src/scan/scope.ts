import type { Node, Program } from "oxc-parser";

/** A function in any of its forms. */
export type FunctionNode = Extract<
  Node,
  {
    type:
      | "FunctionDeclaration"
      | "FunctionExpression"
      | "ArrowFunctionExpression"
      | "TSDeclareFunction"
      | "TSEmptyBodyFunctionExpression";
  }
>;

/** A class in either of its forms. */
export type ClassNode = Extract<Node, { type: "ClassDeclaration" | "ClassExpression" }>;

/** Where a name's value comes from. A name that is assigned more than once has several. */
export type Origin =
  /** An expression, or a part of it: `const { auth } = supabase` has the path `auth`. */
  | { readonly kind: "value"; readonly node: Node; readonly scope: Scope; readonly path: readonly string[] }
  | {
      readonly kind: "parameter";
      readonly of: FunctionNode;
      readonly index: number;
      readonly path: readonly string[];
    }
  /** A type annotation, or an interface or type alias. */
  | { readonly kind: "type"; readonly node: Node; readonly scope: Scope; readonly path: readonly string[] }
  | { readonly kind: "import"; readonly from: string; readonly name: string }
  | { readonly kind: "function"; readonly node: FunctionNode; readonly scope: Scope }
  | { readonly kind: "class"; readonly node: ClassNode; readonly scope: Scope };

/** A name in a scope. */
export interface Binding {
  readonly name: string;
  readonly origins: Origin[];
}

/** What names mean in a part of a file. */
export class Scope {
  readonly names: Map<string, Binding> = new Map();
  readonly parent: Scope | undefined;
  /** The nearest function around: where `var` lives and `return` returns from. */
  readonly of: FunctionNode | Program | undefined;
  /** The class that `this` is an instance of. */
  readonly self: ClassNode | undefined;

  constructor(
    parent: Scope | undefined,
    change: { of?: FunctionNode | Program; self?: ClassNode | undefined } = {},
  ) {
    this.parent = parent;
    this.of = change.of ?? parent?.of;
    this.self = "self" in change ? change.self : parent?.self;
  }

  /** The scope of the whole function, where `var` lives. */
  get whole(): Scope {
    return this.parent !== undefined && this.parent.of === this.of ? this.parent.whole : this;
  }

  declare(name: string, origin?: Origin): void {
    const binding = this.names.get(name) ?? { name, origins: [] };
    if (origin !== undefined) binding.origins.push(origin);
    this.names.set(name, binding);
  }

  find(name: string): Binding | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }
}
