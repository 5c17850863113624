import type { Filter, LogicTree, Operands, Operation } from "../../request/index.ts";
import type { Condition, Test } from "../condition.ts";
import type { Encoding, Param } from "../param.ts";
import {
  baseTypeOf,
  type ColumnScope,
  isJsonColumn,
  representationOf,
  resolveColumn,
} from "./resolve-column.ts";

/** What a filter can refer to: columns of its relation, and the embeds next to it by name or alias. */
export interface ConditionScope extends ColumnScope {
  readonly operands: Operands;
  /** The join alias of an embed. */
  joinAliasOf(name: string): string | undefined;
}

export function resolveConditions(scope: ConditionScope, trees: readonly LogicTree[]): Condition[] {
  return trees.map((tree) => resolveCondition(scope, tree));
}

function resolveCondition(scope: ConditionScope, tree: LogicTree): Condition {
  if (tree.kind === "group") {
    const { operator, negated } = tree;
    return { kind: "group", operator, negated, members: resolveConditions(scope, tree.members) };
  }
  const { field, negated, operation } = tree;
  const joinAlias = field.path.length === 0 ? scope.joinAliasOf(field.name) : undefined;
  if (joinAlias !== undefined && operation.kind === "is" && operation.value === "null") {
    return { kind: "embedPresence", present: negated, joinAlias };
  }
  const { fromText } = representationOf(scope, field);
  return {
    kind: "test",
    negated,
    column: { ...resolveColumn(scope, field), ...tsvectorOf(scope, tree) },
    test: resolveTest(scope, tree),
    ...(fromText === undefined ? {} : { transform: fromText }),
  };
}

/** Text search on anything but a tsvector goes through `to_tsvector` in the same configuration. */
function tsvectorOf(
  scope: ConditionScope,
  { field, operation }: Filter,
): { toTsvector?: { language?: Param } } {
  if (operation.kind !== "textSearch") return {};
  if (baseTypeOf(scope, field.name) === "tsvector") return {};
  const language = languageOf(scope, operation);
  return { toTsvector: language === undefined ? {} : { language } };
}

type TextSearch = Extract<Operation, { kind: "textSearch" }>;

function languageOf(scope: ConditionScope, operation: TextSearch): Param | undefined {
  if (operation.language === undefined) return undefined;
  return { kind: "operand", slot: scope.operands.slotOf(operation) + 1, encoding: "text" };
}

function resolveTest(scope: ConditionScope, { field, operation }: Filter): Test {
  const operand = (encoding: Encoding): Param => ({
    kind: "operand",
    slot: scope.operands.slotOf(operation),
    encoding,
  });
  switch (operation.kind) {
    case "compare": {
      const { operator, quantifier } = operation;
      const pattern = operator === "like" || operator === "ilike";
      if (quantifier === undefined) {
        return { kind: "compare", operator, value: operand(pattern ? "pattern" : "text") };
      }
      return { kind: "compare", operator, quantifier, value: operand(pattern ? "patternArray" : "array") };
    }
    case "binary":
      return {
        kind: "binary",
        operator: operation.operator,
        value: operand(isJsonColumn(scope, field) ? "json" : "array"),
      };
    case "is":
      return { kind: "is", value: operation.value };
    case "isDistinct":
      return { kind: "isDistinct", value: operand("text") };
    case "in":
      return { kind: "in", values: operand("array") };
    case "textSearch": {
      const language = languageOf(scope, operation);
      return {
        kind: "textSearch",
        operator: operation.operator,
        value: operand("text"),
        ...(language === undefined ? {} : { language }),
      };
    }
  }
}
