/** One thing that was looked at. `unknown`: it could not be looked at, which is never as good as passed. */
export interface DoctorPoint {
  readonly name: string;
  readonly verdict: "passed" | "failed" | "unknown";
  /** What was found. Holds no secret. */
  readonly found: string;
  /** What to do, where it did not pass. */
  readonly remedy?: string;
  /** A later step of the migration brings it: nothing has to be done before that. */
  readonly comesLater?: true;
}

/** The same point with another verdict by what was found. */
export function point(
  name: string,
  good: boolean,
  { found, remedy }: { readonly found: string; readonly remedy: string },
): DoctorPoint {
  return good ? { name, verdict: "passed", found } : { name, verdict: "failed", found, remedy };
}

/** The same, of what a later step of the migration brings. */
export function later(...given: Parameters<typeof point>): DoctorPoint {
  const made = point(...given);
  return made.verdict === "passed" ? made : { ...made, comesLater: true };
}
