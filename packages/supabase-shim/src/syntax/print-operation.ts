import { arrayLiteral, type ArrayElement } from "../request/array-literal.ts";
import type { ListOperand, Operation } from "../request/index.ts";
import { quoteListElement } from "./list-element.ts";
import { printIdentifier } from "./print-name.ts";

/**
 * The operation as it stands after `column=`. Three values have no text of their own and are written as
 * their nearest equal: a list as an array literal, `isDistinct` from null as `is.not_null`, and the
 * list of one empty text as that list with the text given twice.
 */
export function printOperation(operation: Operation): string {
  return printOperationWith(operation, (value) => value);
}

/** The operation as it stands inside `or=(…)`, where a value has to be quoted to hold a comma. */
export function printLogicOperation(operation: Operation): string {
  return printOperationWith(operation, quoteListElement);
}

function printOperationWith(operation: Operation, printValue: (value: string) => string): string {
  switch (operation.kind) {
    case "compare": {
      const quantifier = operation.quantifier === undefined ? "" : `(${operation.quantifier})`;
      return `${operation.operator}${quantifier}.${printValue(toText(operation.value))}`;
    }
    case "binary":
      return `${operation.operator}.${printValue(toText(operation.value))}`;
    case "is":
      return `is.${operation.value}`;
    case "isDistinct":
      return operation.value === null ? "is.not_null" : `isdistinct.${printValue(operation.value)}`;
    case "in":
      return `in.(${printList(operation.values)})`;
    case "textSearch": {
      const language = operation.language === undefined ? "" : `(${printIdentifier(operation.language)})`;
      return `${operation.operator}${language}.${printValue(operation.value)}`;
    }
  }
}

function printList(values: readonly string[]): string {
  const told = values.length === 1 && values[0] === "" ? ["", ""] : values;
  return told.map(quoteListElement).join(",");
}

function toText(value: string | ListOperand): string {
  return typeof value === "string" ? value : arrayLiteral(value.list.map(toElement));
}

function toElement(value: unknown): ArrayElement {
  if (Array.isArray(value)) return value.map(toElement);
  if (value instanceof Date) return value.toJSON();
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      return value === null || value === undefined ? null : JSON.stringify(value);
  }
}
