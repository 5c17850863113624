import type { Field, JsonStep } from "../request/index.ts";
import { printName } from "./print-name.ts";
import { quoteValue } from "./quoted-value.ts";

export function printField(field: Field): string {
  return printName(field.name) + printJsonPath(field.path);
}

function printJsonPath(path: readonly JsonStep[]): string {
  return path.map((step) => step.arrow + printOperand(step.operand)).join("");
}

function printOperand(operand: JsonStep["operand"]): string {
  return "index" in operand ? String(operand.index) : printKey(operand.key);
}

/** A key of digits is quoted, so that it is not read as an index. */
function printKey(key: string): string {
  return /^(?!\d+$)[\p{L}\p{N}_$]+$/u.test(key) ? key : quoteValue(key);
}
