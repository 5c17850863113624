/** A person said no, or interrupted: not a failure, and nothing is left half done. The process ends with 3. */
export class AbortedError extends Error {
  override readonly name = "AbortedError";
}
