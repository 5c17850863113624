import type { PurposeOfUse } from "../context/purpose-of-use.ts";

/**
 * Why a disclosure is not accounted for: the paragraphs of 45 CFR 164.528(a)(1).
 *
 * - `treatment`, `payment`, `operations`: (i), as provided in 164.506.
 * - `individual`: (ii), to the patient.
 * - `incident`: (iii), incident to a use or disclosure that is permitted.
 * - `authorization`: (iv), with the patient's authorization, 164.508.
 * - `directory-or-care`: (v), the facility's directory, persons involved in care, notification, 164.510.
 * - `national-security`: (vi), 164.512(k)(2).
 * - `custody`: (vii), to correctional institutions or law enforcement officials about who is in custody, 164.512(k)(5).
 * - `limited-data-set`: (viii), 164.514(e).
 *
 * @example
 * ```ts
 * import type { DisclosureException } from "@offramp/audit";
 *
 * const exception: DisclosureException = "authorization";
 * console.log(exception);
 * ```
 */
export type DisclosureException = (typeof EXCEPTIONS)[number];

const EXCEPTIONS = [
  "treatment",
  "payment",
  "operations",
  "individual",
  "incident",
  "authorization",
  "directory-or-care",
  "national-security",
  "custody",
  "limited-data-set",
] as const;

const known: ReadonlySet<string> = new Set(EXCEPTIONS);

export function isDisclosureException(text: string): text is DisclosureException {
  return known.has(text);
}

/**
 * The purposes that are treatment, payment or operations as 164.501 defines them, or the patient's own request. A code
 * that may also mean something else (donation, military command, decedents, law, research, public health) is not here: a
 * disclosure too many in an accounting breaks no right.
 */
const BY_PURPOSE: Readonly<Partial<Record<PurposeOfUse, DisclosureException>>> = {
  TREAT: "treatment",
  COC: "treatment",
  ETREAT: "treatment",
  BTG: "treatment",
  ERTREAT: "treatment",
  HPAYMT: "payment",
  CLMATTCH: "payment",
  COVAUTH: "payment",
  COVERAGE: "payment",
  ELIGDTRM: "payment",
  ELIGVER: "payment",
  ENROLLM: "payment",
  REMITADV: "payment",
  HOPERAT: "operations",
  CAREMGT: "operations",
  HACCRED: "operations",
  HCOMPL: "operations",
  HDM: "operations",
  HOUTCOMS: "operations",
  HPRGRP: "operations",
  HQUALIMP: "operations",
  HSYSADMIN: "operations",
  MEMADMIN: "operations",
  PATADMIN: "operations",
  PATSFTY: "operations",
  PERFMSR: "operations",
  RECORDMGT: "operations",
  SYSDEV: "operations",
  TRAIN: "operations",
  PATRQT: "individual",
};

/** The exception that a purpose of use alone shows; null where the disclosure is to be accounted for. */
export function exceptionOfPurpose(purpose: string | null): DisclosureException | null {
  return (BY_PURPOSE as Readonly<Record<string, DisclosureException>>)[purpose ?? ""] ?? null;
}
