import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import { parseEmbedPath } from "../syntax/index.ts";
import { givenOptions } from "./given-options.ts";

/** The option of `or`, `order`, `limit` and `range` that aims at an embedded relation. */
export interface EmbedOption<Embed extends string = string> {
  /** The embed to apply this to: its name or alias, with dots for an embed inside another. */
  referencedTable?: Embed | undefined;
  /** @deprecated Use `referencedTable`. */
  foreignTable?: Embed | undefined;
}

/** The path of the embed that the options name, `[]` for the root. */
export function embedPlace(
  method: string,
  given: EmbedOption | undefined,
): Result<readonly string[], RequestError> {
  const { options, error } = givenOptions(method, given);
  if (error !== undefined) return err(error);
  const name: unknown = options.referencedTable ?? options.foreignTable;
  if (name === undefined || name === null || name === "") return ok([]);
  if (typeof name === "string") return parseEmbedPath(name);
  return err({
    kind: "invalidValue",
    message: `The option referencedTable takes a name, but was given a ${typeof name}.`,
    hint: "Give the embedded relation's name or alias as it is written in select().",
  });
}

export function samePath(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((step, index) => step === right[index]);
}
