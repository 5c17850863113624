import type { SignedSeal } from "../seal/seal-statement.ts";

/**
 * A place outside the database where seals are kept as well, so that who can change the database cannot take the newest
 * records and their seals away together. It should take additions only: a file on another machine, or a bucket whose
 * objects are locked.
 *
 * @example
 * ```ts
 * import type { Anchor, SignedSeal } from "@offramp/audit";
 *
 * export function memoryAnchor(): Anchor {
 *   const seals: SignedSeal[] = [];
 *   return {
 *     name: "memory",
 *     append: async (_number, seal) => void seals.push(seal),
 *     async *read() {
 *       yield* seals.entries();
 *     },
 *   };
 * }
 * ```
 */
export interface Anchor {
  /** For findings and errors. No secret. */
  readonly name: string;
  /** Adds the seal of this number. Called in their order; again for one that may have been added before. */
  append(number: number, seal: SignedSeal): Promise<void>;
  /** What is there, in the order of the numbers. */
  read(): AsyncIterable<readonly [number: number, seal: SignedSeal]>;
}
