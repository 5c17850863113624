import type { Node } from "oxc-parser";

import type { Issue } from "./scan-use.ts";

/** A use before its place is a line. */
export interface FoundUse {
  readonly node: Node;
  readonly what: string;
  readonly issues: readonly Issue[];
}
