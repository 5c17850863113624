import type { Node } from "oxc-parser";

import type { Meaning } from "./meaning.ts";
import type { Origin, Scope } from "./scope.ts";

/** What reads a part of an expression or type needs the rest of it. */
export interface ExpressionReader {
  /** The file that is being read. */
  readonly file: string;
  of(node: Node, scope: Scope): Meaning;
  /** What a name gets from one of its origins. */
  from(origin: Origin): Meaning;
}
