import { isPurposeOfUse, type PurposeOfUse } from "../context/purpose-of-use.ts";
import { moment } from "../query/moment.ts";
import { type DisclosureException, isDisclosureException } from "./disclosure-exception.ts";

/**
 * PHI that was given to somebody outside: what 45 CFR 164.528(b)(2) asks to be accounted for.
 *
 * @example
 * ```ts
 * import type { Disclosure } from "@offramp/audit";
 *
 * const disclosure: Disclosure = {
 *   subject: "7d2f6b1e-0000-4000-8000-000000000000",
 *   recipient: { name: "County Health Department", address: "1 Main Street, Springfield" },
 *   what: "Laboratory report of a notifiable disease",
 *   purpose: "Report that the law requires (164.512(b)(1)(i))",
 *   purposeOfUse: "PUBHLTH",
 * };
 * console.log(disclosure.recipient.name);
 * ```
 */
export interface Disclosure {
  /** The patient, or the patients. */
  readonly subject: string | readonly string[];
  /** Who received it, and the address if it is known. */
  readonly recipient: { readonly name: string; readonly address?: string };
  /** A brief description of what was disclosed: which kind of data, not the data. */
  readonly what: string;
  /** A brief statement of the purpose, from which the patient learns the basis for the disclosure. Or `request`. */
  readonly purpose?: string;
  /** Where the copy of a written request is kept that stands in lieu of the statement. */
  readonly request?: string;
  /** Why, as a code. Default: that of the actor. By it, treatment, payment and operations are left out of an accounting. */
  readonly purposeOfUse?: PurposeOfUse;
  /** Why it is not accounted for, where the code does not say. `null`: it is accounted for, whatever the code says. */
  readonly exception?: DisclosureException | null;
  /** When it was, if not now: ISO 8601 or a Date, not in the future. */
  readonly at?: string | Date;
  /** The tables and PHI columns it came from, such as `public.profiles` and `public.profiles.email`. */
  readonly relations?: readonly string[];
  readonly columns?: readonly string[];
}

/** A disclosure as the trail has it in `details.disclosure`. */
export interface RecordedDisclosure {
  readonly recipient: { readonly name: string; readonly address?: string };
  readonly what: string;
  readonly purpose?: string;
  readonly request?: string;
  readonly exception?: DisclosureException | null;
  readonly at: string;
}

/** Clocks differ; a minute is no forgery. */
const CLOCK_SKEW_MS = 60_000;

/**
 * @throws {TypeError} a text that 164.528(b)(2) asks for is missing, or a code is none.
 * @throws {RangeError} the time is none, or in the future.
 */
export function checkedDisclosure(disclosure: Disclosure): RecordedDisclosure {
  const { recipient, purposeOfUse, exception, at = new Date() } = disclosure;
  const name = needed(recipient.name, "recipient.name");
  const address = optional(recipient.address, "recipient.address");
  const what = needed(disclosure.what, "what");
  const purpose = optional(disclosure.purpose, "purpose");
  const request = optional(disclosure.request, "request");
  if (purpose === undefined && request === undefined) {
    throw new TypeError(
      "disclose: say the purpose, or where the written request is kept (164.528(b)(2)(iv))",
    );
  }
  if (purposeOfUse !== undefined && !isPurposeOfUse(purposeOfUse)) {
    throw new TypeError("disclose: purposeOfUse must be a code of HL7's v3-PurposeOfUse, such as PUBHLTH");
  }
  if (typeof exception === "string" && !isDisclosureException(exception)) {
    throw new TypeError("disclose: exception must be one of DisclosureException, such as authorization");
  }
  const when = moment(at);
  if (Date.parse(when) > Date.now() + CLOCK_SKEW_MS) {
    throw new RangeError("disclose: a disclosure is recorded when it was made; its time is in the future");
  }
  return {
    recipient: { name, ...(address === undefined ? {} : { address }) },
    what,
    ...(purpose === undefined ? {} : { purpose }),
    ...(request === undefined ? {} : { request }),
    ...(exception === undefined ? {} : { exception }),
    at: when,
  };
}

/** @throws {TypeError} there is none. */
export function checkedSubjects({ subject }: Disclosure): readonly string[] {
  const subjects = typeof subject === "string" ? [subject] : subject;
  if (subjects.length === 0) throw new TypeError("disclose: name at least one patient");
  return subjects.map((one) => needed(one, "subject"));
}

function needed(value: unknown, field: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new TypeError(`disclose: ${field} must be a text that is not empty`);
}

function optional(value: string | undefined, field: string): string | undefined {
  return value === undefined ? undefined : needed(value, field);
}
