import type { TreePath } from "./parse-tree-path.ts";
import { printField } from "./print-field.ts";
import { printName } from "./print-name.ts";

/** The name of a filter parameter: `clients.projects.data->>key`. */
export function printTreePath(treePath: TreePath): string {
  return [...treePath.path.map(printName), printField(treePath.field)].join(".");
}
