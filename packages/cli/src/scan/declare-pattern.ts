import type { Node } from "oxc-parser";

import { writtenName } from "../source-code/syntax-node.ts";
import type { Origin } from "./scope.ts";

/** Where a whole pattern gets its value. */
export type PatternOrigin = Extract<Origin, { readonly path: readonly string[] }>;

/** Calls `declare` for each name of a pattern, with the part of the value that it gets, if that is known. */
export function declarePattern(
  pattern: Node,
  origin: PatternOrigin | undefined,
  declare: (name: string, origin: PatternOrigin | undefined, at: Node) => void,
): void {
  const part = (name: string): PatternOrigin | undefined =>
    origin && { ...origin, path: [...origin.path, name] };
  switch (pattern.type) {
    case "Identifier":
      declare(pattern.name, origin, pattern);
      return;
    case "AssignmentPattern":
      declarePattern(pattern.left, origin, declare);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        if (property.type === "RestElement") declarePattern(property.argument, origin, declare);
        else {
          const name = writtenName(property.key, property.computed);
          declarePattern(property.value, name === undefined ? undefined : part(name), declare);
        }
      }
      return;
    case "ArrayPattern":
      pattern.elements.forEach((element, index) => {
        if (element !== null) declarePattern(element, part(String(index)), declare);
      });
      return;
    default:
  }
}
