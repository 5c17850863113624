import { type Node, visitorKeys } from "oxc-parser";

/** Calls `visit` with each node directly below this one, in the order of the text. */
export function eachChild(node: Node, visit: (child: Node, key: string) => void): void {
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = Reflect.get(node, key);
    if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) if (isNode(item)) visit(item, key);
    } else if (isNode(value)) visit(value, key);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "type") === "string";
}

/** What stands for the same value: without parentheses, `!`, `as`, `satisfies`, `?.` and `await` around it. */
export function unwrapped(node: Node): Node {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "ChainExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSInstantiationExpression":
      return unwrapped(node.expression);
    case "AwaitExpression":
      return unwrapped(node.argument);
    default:
      return node;
  }
}

/** The name of a property that is written down; undefined for a computed one. */
export function writtenName(key: Node, computed: boolean): string | undefined {
  if (!computed && (key.type === "Identifier" || key.type === "PrivateIdentifier")) return key.name;
  if (key.type === "Literal" && (typeof key.value === "string" || typeof key.value === "number"))
    return String(key.value);
  return undefined;
}
