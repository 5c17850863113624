import type { Node } from "oxc-parser";

import { writtenName } from "../source-code/syntax-node.ts";
import { type Argument, UNKNOWN_ARGUMENT } from "./argument.ts";
import type { ExpressionReader } from "./expression-reader.ts";
import type { Scope } from "./scope.ts";

/** The value of an argument, as far as it is written down. */
export function readArgument(reader: ExpressionReader, node: Node, scope: Scope): Argument {
  switch (node.type) {
    case "Literal":
      return "regex" in node ? UNKNOWN_ARGUMENT : { kind: "value", value: node.value };
    case "TemplateLiteral": {
      const parts = node.quasis.map((quasi, index) => {
        const expression = node.expressions[index];
        const next = expression === undefined ? "" : textOf(reader, expression, scope);
        return next === undefined ? undefined : (quasi.value.cooked ?? "") + next;
      });
      return parts.includes(undefined) ? { kind: "composed" } : { kind: "value", value: parts.join("") };
    }
    case "BinaryExpression": {
      if (node.operator !== "+") return UNKNOWN_ARGUMENT;
      const [left, right] = [readArgument(reader, node.left, scope), readArgument(reader, node.right, scope)];
      if (left.kind === "value" && right.kind === "value" && isText(left.value) && isText(right.value))
        return { kind: "value", value: left.value + right.value };
      const composed = [left, right].some(
        (part) => part.kind === "composed" || (part.kind === "value" && isText(part.value)),
      );
      return composed ? { kind: "composed" } : UNKNOWN_ARGUMENT;
    }
    case "UnaryExpression": {
      const value = readArgument(reader, node.argument, scope);
      return node.operator === "-" && value.kind === "value" && typeof value.value === "number"
        ? { kind: "value", value: -value.value }
        : UNKNOWN_ARGUMENT;
    }
    case "ArrayExpression": {
      const items = node.elements.map((item) =>
        item === null ? UNKNOWN_ARGUMENT : readArgument(reader, item, scope),
      );
      const values = items.flatMap((item) => (item.kind === "value" ? [item.value] : []));
      return values.length === items.length ? { kind: "value", value: values } : UNKNOWN_ARGUMENT;
    }
    case "ObjectExpression":
      return readObject(reader, node, scope);
    case "Identifier":
      if (node.name === "undefined") return { kind: "value", value: undefined };
      return fromMeaning(reader, node, scope);
    case "MemberExpression":
    case "ConditionalExpression":
      return fromMeaning(reader, node, scope);
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
      return readArgument(reader, node.expression, scope);
    default:
      return UNKNOWN_ARGUMENT;
  }
}

function readObject(
  reader: ExpressionReader,
  node: Extract<Node, { type: "ObjectExpression" }>,
  scope: Scope,
): Argument {
  const value: Record<string, unknown> = {};
  for (const property of node.properties) {
    if (property.type === "SpreadElement") return UNKNOWN_ARGUMENT;
    const name = writtenName(property.key, property.computed);
    const part = readArgument(reader, property.value, scope);
    if (name === undefined || part.kind !== "value") return UNKNOWN_ARGUMENT;
    Object.defineProperty(value, name, { value: part.value, enumerable: true });
  }
  return { kind: "value", value };
}

function fromMeaning(reader: ExpressionReader, node: Node, scope: Scope): Argument {
  const meaning = reader.of(node, scope);
  return meaning.kind === "text" ? { kind: "value", value: meaning.value } : UNKNOWN_ARGUMENT;
}

function textOf(reader: ExpressionReader, node: Node, scope: Scope): string | undefined {
  const value = readArgument(reader, node, scope);
  return value.kind === "value" && (isText(value.value) || typeof value.value === "number")
    ? String(value.value)
    : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
