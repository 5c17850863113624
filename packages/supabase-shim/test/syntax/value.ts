import type { RequestError } from "../../src/errors/request-error.ts";
import type { Result } from "../../src/errors/result.ts";

/** What was read; the test fails with the syntax error if there is none. */
export function value<T>(result: Result<T, RequestError>): T {
  if (result.ok) return result.value;
  throw new Error(JSON.stringify(result.error));
}
