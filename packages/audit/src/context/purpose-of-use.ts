/** The codes of HL7's value set v3-PurposeOfUse (code system v3-ActReason), from general to special. */
const CODES = [
  "HMARKT",
  "HOPERAT",
  "CAREMGT",
  "DONAT",
  "FRAUD",
  "GOV",
  "HACCRED",
  "HCOMPL",
  "HDECD",
  "HDIRECT",
  "HDM",
  "HLEGAL",
  "HOUTCOMS",
  "HPRGRP",
  "HQUALIMP",
  "HSYSADMIN",
  "LABELING",
  "METAMGT",
  "MEMADMIN",
  "MILCDM",
  "PATADMIN",
  "PATSFTY",
  "PERFMSR",
  "RECORDMGT",
  "SYSDEV",
  "HTEST",
  "TRAIN",
  "HPAYMT",
  "CLMATTCH",
  "COVAUTH",
  "COVERAGE",
  "ELIGDTRM",
  "ELIGVER",
  "ENROLLM",
  "MILDCRG",
  "REMITADV",
  "HRESCH",
  "BIORCH",
  "CLINTRCH",
  "CLINTRCHNPC",
  "CLINTRCHPC",
  "PRECLINTRCH",
  "DSRCH",
  "POARCH",
  "TRANSRCH",
  "PATRQT",
  "FAMRQT",
  "PWATRNY",
  "SUPNWK",
  "PUBHLTH",
  "DISASTER",
  "THREAT",
  "TREAT",
  "CLINTRL",
  "COC",
  "ETREAT",
  "BTG",
  "ERTREAT",
  "POPHLTH",
] as const;

/**
 * Why data is used: a code of HL7's value set v3-PurposeOfUse, such as `TREAT` (treatment), `HPAYMT` (payment),
 * `HOPERAT` (operations), `ETREAT` (emergency treatment) or `BTG` (break the glass). FHIR AuditEvent,
 * `purposeOfEvent`.
 *
 * @example
 * ```ts
 * import type { PurposeOfUse } from "@offramp/audit";
 *
 * const purpose: PurposeOfUse = "HPAYMT";
 * console.log(purpose);
 * ```
 */
export type PurposeOfUse = (typeof CODES)[number];

const known: ReadonlySet<string> = new Set(CODES);

export function isPurposeOfUse(code: string): code is PurposeOfUse {
  return known.has(code);
}
