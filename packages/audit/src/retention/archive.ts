/**
 * A place for records that leave the trail. It should take additions only.
 *
 * @example
 * ```ts
 * import type { Archive } from "@offramp/audit";
 *
 * export function memoryArchive(): Archive {
 *   const kept = new Map<string, Uint8Array[]>();
 *   return {
 *     name: "memory",
 *     async store(name, content) {
 *       const parts: Uint8Array[] = [];
 *       for await (const part of content) parts.push(part);
 *       kept.set(name, parts);
 *       return name;
 *     },
 *     async *read(location) {
 *       for (const part of kept.get(location) ?? []) yield part;
 *     },
 *   };
 * }
 * ```
 */
export interface Archive {
  /** For errors. No secret. */
  readonly name: string;
  /**
   * Stores a text under a new name that begins with the given one: what is there already is never replaced. Resolves to
   * its location, which {@link read} takes, once it is safely there.
   */
  store(name: string, content: AsyncIterable<Uint8Array>): Promise<string>;
  /** The text as it was stored. */
  read(location: string): AsyncIterable<Uint8Array>;
}
