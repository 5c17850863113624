import type { RequestError } from "../errors/request-error.ts";

type InvalidValue = Extract<RequestError, { readonly kind: "invalidValue" }>;

/** The most that PostgreSQL and timers take: 2^31 - 1 milliseconds, nearly 25 days. */
const LONGEST = 2_147_483_647;

/** Whether it is a number of milliseconds that a timer takes. Zero means none. */
export function isDuration(milliseconds: unknown): milliseconds is number {
  return typeof milliseconds === "number" && milliseconds >= 0 && milliseconds <= LONGEST;
}

export function notADuration(method: string, given: unknown): InvalidValue {
  return {
    kind: "invalidValue",
    message: `${method}() takes milliseconds from 0 to ${LONGEST}, but was given ${kindOf(given)}.`,
    hint: "Zero means no timeout.",
  };
}

/**
 * A timeout of the client's options. Below zero it is off, as in supabase-js.
 *
 * @throws {TypeError} it is no number of milliseconds.
 */
export function durationOption(name: string, given: unknown): number | undefined {
  if (given === undefined || given === null) return undefined;
  const milliseconds = typeof given === "number" ? Math.max(0, given) : given;
  if (isDuration(milliseconds)) return milliseconds;
  throw new TypeError(`${name} takes milliseconds from 0 to ${LONGEST}, but was given ${kindOf(given)}.`);
}

function kindOf(given: unknown): string {
  return typeof given === "number" ? String(given) : `a ${typeof given}`;
}
