import type { RequestError } from "../errors/request-error.ts";

type InvalidValue = Extract<RequestError, { readonly kind: "invalidValue" }>;

/** The options of one step, and why they cannot be used. */
export interface GivenOptions<Options> {
  readonly options: Options;
  readonly error?: InvalidValue;
}

/** Options that are no object would be ignored without a word, so they are refused. */
export function givenOptions<Options extends object>(
  method: string,
  given: Options | undefined,
): GivenOptions<Partial<Options>> {
  if (given === undefined || isObject(given)) return { options: given ?? {} };
  return { options: {}, error: notOptions(method, given) };
}

function isObject(given: unknown): boolean {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function notOptions(method: string, given: unknown): InvalidValue {
  const kind = given === null ? "null" : Array.isArray(given) ? "a list" : `a ${typeof given}`;
  return {
    kind: "invalidValue",
    message: `${method}() takes its options as an object, but was given ${kind}.`,
    hint: "Leave the options out, or give an object.",
  };
}
