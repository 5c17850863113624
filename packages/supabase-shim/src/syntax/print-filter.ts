import { printOperation } from "./print-operation.ts";
import type { NegatableOperation } from "./read-operation.ts";

/** What stands after `column=`. */
export function printFilter(filter: NegatableOperation): string {
  return (filter.negated ? "not." : "") + printOperation(filter.operation);
}
