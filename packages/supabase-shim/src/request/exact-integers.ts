/**
 * Where an answer has 64-bit integers, which travel as texts so that JavaScript's numbers do not round them:
 * keys of the rows, keys of the rows inside them, or the value itself.
 */
export interface ExactIntegers {
  /** The answer, or each of its members, is an integer. */
  readonly itself: boolean;
  /** Keys whose values are integers, or lists of them. */
  readonly keys: readonly string[];
  readonly inside: Readonly<Record<string, ExactIntegers>>;
}
