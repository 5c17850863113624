import type { Node } from "oxc-parser";

import { writtenName } from "../source-code/syntax-node.ts";
import type { ExpressionReader } from "./expression-reader.ts";
import { either, type Meaning, UNKNOWN } from "./meaning.ts";
import type { Scope } from "./scope.ts";

const CLIENT: Meaning = { kind: "client", sure: true };

/** What a value of a type means: `SupabaseClient<Database> | null` is a client. */
export function readType(reader: ExpressionReader, node: Node, scope: Scope): Meaning {
  switch (node.type) {
    case "TSUnionType":
    case "TSIntersectionType":
      return node.types.map((type) => readType(reader, type, scope)).reduce(either, UNKNOWN);
    case "TSParenthesizedType":
    case "TSOptionalType":
      return readType(reader, node.typeAnnotation, scope);
    case "TSArrayType":
      return UNKNOWN;
    case "TSTypeReference":
      return readReference(reader, node, scope);
    case "TSImportType":
      return node.qualifier?.type === "Identifier" && node.qualifier.name === "SupabaseClient"
        ? CLIENT
        : UNKNOWN;
    case "TSTypeQuery":
      return node.exprName.type === "Identifier" ? reader.of(node.exprName, scope) : UNKNOWN;
    case "TSTypeLiteral":
      return readMembers(reader, node.members, scope);
    case "TSInterfaceDeclaration":
      return readMembers(reader, node.body.body, scope);
    case "TSTypeAliasDeclaration":
      return readType(reader, node.typeAnnotation, scope);
    case "TSFunctionType": {
      const returns = readType(reader, node.returnType.typeAnnotation, scope);
      return returns.kind === "unknown"
        ? UNKNOWN
        : { kind: "function", at: { file: reader.file, start: node.start }, returns };
    }
    default:
      return UNKNOWN;
  }
}

function readReference(
  reader: ExpressionReader,
  node: Extract<Node, { type: "TSTypeReference" }>,
  scope: Scope,
): Meaning {
  const { typeName } = node;
  if (typeName.type !== "Identifier")
    return typeName.type === "TSQualifiedName" && typeName.right.name === "SupabaseClient" ? CLIENT : UNKNOWN;
  const { name } = typeName;
  const [first] = node.typeArguments?.params ?? [];
  if (WRAPPERS.has(name)) return first === undefined ? UNKNOWN : readType(reader, first, scope);
  if (name === "ReturnType") {
    const called = first === undefined ? UNKNOWN : readType(reader, first, scope);
    if (called.kind === "external") return /^create\w*Client$/.test(called.name) ? CLIENT : UNKNOWN;
    return called.kind === "function" ? called.returns : UNKNOWN;
  }
  const binding = scope.find(name);
  if (binding === undefined) return name === "SupabaseClient" ? CLIENT : UNKNOWN;
  // A class is named for its instances.
  const meaning = binding.origins.map((origin) => reader.from(origin)).reduce(either, UNKNOWN);
  if (meaning.kind === "external") return meaning.name === "SupabaseClient" ? CLIENT : UNKNOWN;
  if (meaning.kind === "class") return meaning.instance;
  if (meaning.kind !== "unknown") return meaning;
  return /^(?:Typed)?SupabaseClient$/.test(name) ? CLIENT : UNKNOWN;
}

function readMembers(reader: ExpressionReader, members: readonly Node[], scope: Scope): Meaning {
  const fields = new Map<string, Meaning>();
  for (const member of members) {
    if (member.type !== "TSPropertySignature" || !member.typeAnnotation) continue;
    const name = writtenName(member.key, member.computed);
    const meaning = readType(reader, member.typeAnnotation.typeAnnotation, scope);
    if (name !== undefined && meaning.kind !== "unknown") fields.set(name, meaning);
  }
  return fields.size === 0 ? UNKNOWN : { kind: "object", fields };
}

const WRAPPERS = new Set(
  "Promise Awaited NonNullable Readonly Ref ShallowRef ComputedRef MutableRefObject RefObject Context InjectionKey Required Partial PropsWithChildren FC".split(
    " ",
  ),
);
