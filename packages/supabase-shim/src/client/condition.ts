import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import type {
  BinaryOperator,
  ListOperand,
  Operation,
  QuantifiableOperator,
  TextSearchOperator,
} from "../request/index.ts";
import { parseFilter } from "../syntax/index.ts";
import { givenOptions } from "./given-options.ts";
import { jsonText } from "./json-text.ts";
import { listOperand } from "./list-operand.ts";
import { unusableValue, valueText, type GivenAt } from "./value-text.ts";

/** What a filter asks of its column. */
export interface Condition {
  readonly negated: boolean;
  readonly operation: Operation;
}

/** A condition that still needs to know where it was given, for its error messages. */
export type ConditionAt = (at: GivenAt) => Result<Condition, RequestError>;

/** `column = value` and its relatives. */
export function comparison(operator: QuantifiableOperator | BinaryOperator, value: unknown): ConditionAt {
  return (at) => {
    const text = valueText(value, at);
    return text.ok ? plain(withOperand(operator, text.value)) : text;
  };
}

/** `column like any (patterns)`, `column like all (patterns)` */
export function quantified(
  operator: QuantifiableOperator,
  quantifier: "any" | "all",
  patterns: readonly unknown[],
): ConditionAt {
  return (at) => {
    const list = operandOfIterable(patterns, at);
    return list.ok ? plain({ kind: "compare", operator, quantifier, value: list.value }) : list;
  };
}

/** `column in (values)`: each value once, as text. */
export function membership(values: Iterable<unknown>, negated: boolean): ConditionAt {
  return (at) => {
    if (!isIterable(values)) return err(notAList(at));
    const texts = new Set<string>();
    for (const value of values) {
      // Lists can be long, and nearly all are of these.
      if (typeof value === "string" || typeof value === "number") {
        texts.add(String(value));
        continue;
      }
      const text = valueText(value, at);
      if (!text.ok) return text;
      texts.add(text.value);
    }
    return ok({ negated, operation: { kind: "in", values: [...texts] } });
  };
}

/** `column @> value` and its relatives: a literal as it is, a list as a list, the rest as JSON. */
export function containment(operator: "cs" | "cd" | "ov", value: unknown): ConditionAt {
  return (at) => {
    if (typeof value === "string") return plain(withOperand(operator, value));
    if (Array.isArray(value)) {
      const list = listOperand(value, at);
      return list.ok ? plain(withOperand(operator, list.value)) : list;
    }
    const text = value instanceof Promise ? undefined : jsonText(value);
    return text === undefined ? err(unusableValue(value, at)) : plain(withOperand(operator, text));
  };
}

/** `column is null`, `column is true` and the like. */
export function identity(value: unknown): ConditionAt {
  return (at) => {
    if (value === null) return plain({ kind: "is", value: "null" });
    if (value === true) return plain({ kind: "is", value: "true" });
    if (value === false) return plain({ kind: "is", value: "false" });
    const text = valueText(value, at);
    return text.ok ? parseFilter(`is.${text.value}`) : text;
  };
}

/** `column is distinct from value` */
export function distinctness(value: unknown): ConditionAt {
  return (at) => {
    if (value === null) return plain({ kind: "isDistinct", value: null });
    const text = valueText(value, at);
    return text.ok ? plain({ kind: "isDistinct", value: text.value }) : text;
  };
}

/** How the words of a text search are read, and by which text search configuration. */
export interface TextSearchOptions {
  config?: string | undefined;
  type?: "plain" | "phrase" | "websearch" | undefined;
}

/** `column @@ to_tsquery(config, query)` and its relatives. */
export function textSearch(query: unknown, given?: TextSearchOptions): ConditionAt {
  return (at) => {
    const { options, error } = givenOptions(at.method, given);
    if (error !== undefined) return err(error);
    const text = valueText(query, at);
    if (!text.ok) return text;
    const language = options.config === undefined ? {} : { language: options.config };
    const operator = textSearchOperator(options.type);
    return plain({ kind: "textSearch", operator, ...language, value: text.value });
  };
}

/**
 * A condition in PostgREST's own words: `operator` may carry `not.`, a quantifier or a text search
 * configuration. After `in`, a real list is taken value by value.
 */
export function written(operator: unknown, value: unknown): ConditionAt {
  if (typeof operator !== "string") return (at) => err(notAnOperator(operator, at));
  if (Array.isArray(value) && (operator === "in" || operator === "not.in")) {
    return membership(value, operator === "not.in");
  }
  return (at) => {
    const text = valueText(value, at);
    return text.ok ? parseFilter(`${operator}.${text.value}`) : text;
  };
}

/** The opposite of a condition in PostgREST's own words. */
export function writtenNot(operator: unknown, value: unknown): ConditionAt {
  return written(typeof operator === "string" ? `not.${operator}` : operator, value);
}

function plain(operation: Operation): Result<Condition, RequestError> {
  return ok({ negated: false, operation });
}

const quantifiable: ReadonlySet<string> = new Set<QuantifiableOperator>([
  "eq",
  "gt",
  "gte",
  "lt",
  "lte",
  "like",
  "ilike",
  "match",
  "imatch",
]);

function isQuantifiable(operator: string): operator is QuantifiableOperator {
  return quantifiable.has(operator);
}

function withOperand(
  operator: QuantifiableOperator | BinaryOperator,
  value: string | ListOperand,
): Operation {
  return isQuantifiable(operator)
    ? { kind: "compare", operator, value }
    : { kind: "binary", operator, value };
}

function textSearchOperator(type: TextSearchOptions["type"]): TextSearchOperator {
  switch (type) {
    case "plain":
      return "plfts";
    case "phrase":
      return "phfts";
    case "websearch":
      return "wfts";
    default:
      return "fts";
  }
}

function operandOfIterable(values: unknown, at: GivenAt): Result<ListOperand, RequestError> {
  return isIterable(values) ? listOperand([...values], at) : err(notAList(at));
}

function notAnOperator(operator: unknown, at: GivenAt): RequestError {
  return {
    kind: "invalidValue",
    message: `${at.method}(${JSON.stringify(at.name)}) takes its operator as a text, but was given a ${typeof operator}.`,
    hint: 'Write it as PostgREST does, such as "eq", "not.in" or "like(any)".',
  };
}

/** A text is iterable too, letter by letter, which nobody means. */
function isIterable(values: unknown): values is Iterable<unknown> {
  return typeof values === "object" && values !== null && Symbol.iterator in values;
}

function notAList(at: GivenAt): RequestError {
  return {
    kind: "invalidValue",
    message: `${at.method}(${JSON.stringify(at.name)}) takes a list of values.`,
    hint: "Give an array; an empty array matches no row.",
  };
}
