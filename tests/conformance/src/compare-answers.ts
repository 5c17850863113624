import { canonicalText } from "./canonical-text.ts";
import type { Answer, AnswerError, ConformanceCase } from "./conformance-case.ts";
import { listShapeOf } from "./list-shape.ts";
import type { ConformanceTarget } from "./target.ts";

/** The answer that the target must give. */
export function expectedAnswer(conformanceCase: ConformanceCase, target: ConformanceTarget): Answer {
  const { exact, result } = conformanceCase;
  return target.answers === "exact" ? (exact ?? result) : result;
}

/** The first difference in a few words, without the case's own names, so that equal causes read equal; or undefined. */
export function differenceOf(
  conformanceCase: ConformanceCase,
  got: unknown,
  target: ConformanceTarget,
): string | undefined {
  const expected = expectedAnswer(conformanceCase, target);
  if (typeof got !== "object" || got === null) return `answered ${String(got)} instead of an object`;
  const answer = got as Partial<Answer>;
  const error = differenceOfErrors(expected.error, answer.error, target.postgresMajor);
  if (error !== undefined) return error;
  for (const field of ["status", "statusText", "success", "count"] as const) {
    if (!Object.is(answer[field], expected[field])) {
      return `${field} ${JSON.stringify(answer[field])}, expected ${JSON.stringify(expected[field])}`;
    }
  }
  const shape = listShapeOf(conformanceCase.chain);
  if (canonicalText(answer.data, shape) !== canonicalText(expected.data, shape)) return "data differs";
  return undefined;
}

function differenceOfErrors(
  expected: AnswerError | null,
  got: Partial<AnswerError> | null | undefined,
  postgresMajor: number,
): string | undefined {
  if (got === undefined) return "the answer has no error field";
  if (expected === null)
    return got === null ? undefined : `unexpected error ${String(got.code)}: ${withoutNames(got)}`;
  if (got === null) return `no error, expected ${expected.code}`;
  if (got.code !== expected.code)
    return `error ${String(got.code)}, expected ${expected.code}: ${withoutNames(got)}`;
  // The message and details of a syntax error spell out how a parser works inside.
  if (expected.code === "PGRST100") return undefined;
  for (const field of ["message", "details", "hint"] as const) {
    if (field === "message" && isWordedByPostgres(expected.code) && postgresMajor !== 18) continue;
    if (canonicalText(got[field]) !== canonicalText(expected[field]))
      return `error ${expected.code}: ${field} differs`;
  }
  return undefined;
}

/** A SQLSTATE of PostgreSQL itself; P0001 and PT402 carry the words of the function that raised them. */
function isWordedByPostgres(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !code.startsWith("P0") && !code.startsWith("PT");
}

function withoutNames(error: Partial<AnswerError>): string {
  return String(error.message)
    .replaceAll(/"[^"]*"|'[^']*'/g, "…")
    .slice(0, 120);
}
