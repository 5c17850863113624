import type { LogicTree } from "../request/index.ts";
import { printField } from "./print-field.ts";
import { printLogicOperation } from "./print-operation.ts";

/** The tree as it stands inside another: `or(id.eq.1,not.and(…))`. */
export function printLogicTree(tree: LogicTree): string {
  const not = tree.negated ? "not." : "";
  return tree.kind === "filter"
    ? `${printField(tree.field)}.${not}${printLogicOperation(tree.operation)}`
    : `${not}${tree.operator}(${tree.members.map(printLogicTree).join(",")})`;
}
