import type { PhiKind } from "@offramp/db";

/** A column that looks as if it held health information: a starting point for marks, and no verdict. */
export interface PhiCandidate extends NamedColumn {
  /** As `phi()` of `@offramp/db/schema` takes it. */
  readonly kind: PhiKind;
  readonly reason: string;
}

/** A column as far as its name and type tell. */
export interface NamedColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

interface Rule {
  readonly words: RegExp;
  readonly kind: PhiKind;
  readonly reason: string;
}

/**
 * Names that stand for one of the 18 identifiers of 45 CFR 164.514(b)(2), or for health information by 45 CFR 160.103. They
 * are matched against the words of a column's name.
 */
const RULES: readonly Rule[] = [
  {
    words: /\b(ssn|social security|tax id|national id|nhs number)\b/,
    kind: "identifier",
    reason: "social security number",
  },
  {
    words: /\b(mrn|medical record|chart number|patient (id|no|number))\b/,
    kind: "identifier",
    reason: "medical record number",
  },
  { words: /\b(e ?mail)\b/, kind: "identifier", reason: "e-mail address" },
  { words: /\b(phone|mobile|telephone|fax)\b/, kind: "identifier", reason: "telephone or fax number" },
  {
    words:
      /\b(first|last|full|middle|family|given|maiden|patient|display) ?name\b|\b(surname|fullname|firstname|lastname)\b/,
    kind: "identifier",
    reason: "name of a person",
  },
  {
    words: /\b(insurance|policy number|beneficiary|member id|subscriber id)\b/,
    kind: "identifier",
    reason: "health plan number",
  },
  {
    words: /\b(licen[cs]e|passport|account number|iban)\b/,
    kind: "identifier",
    reason: "certificate or account number",
  },
  {
    words: /\b(device id|device serial|serial number|vin)\b/,
    kind: "identifier",
    reason: "device or vehicle number",
  },
  { words: /\b(ip|ip address|source ip)\b/, kind: "identifier", reason: "address on a network" },
  {
    words: /\b(photo|avatar|thumbnail|portrait|face|fingerprint|voice)\b/,
    kind: "identifier",
    reason: "picture or biometric feature",
  },
  {
    words: /\b(address|street|zip|postal|postcode|city|geo|latitude|longitude|location)\b/,
    kind: "demographic",
    reason: "place smaller than a state",
  },
  {
    words: /\b(dob|birth|born|date of birth|birthdate|death|deceased)\b/,
    kind: "demographic",
    reason: "date of a person's life",
  },
  {
    words: /\b(gender|sex|race|ethnicity|marital|religion|age)\b/,
    kind: "demographic",
    reason: "feature of a person",
  },
  { words: /\b(admission|admitted|discharge|discharged)\b/, kind: "health", reason: "date of care" },
  {
    words:
      /\b(diagnos\w*|icd|symptom\w*|condition|allerg\w*|medication\w*|drug|dose|dosage|prescription\w*|treatment|procedure|immuni[sz]ation\w*|vaccin\w*)\b/,
    kind: "health",
    reason: "diagnosis or treatment",
  },
  {
    words:
      /\b(vo2|rmr|rer|bmi|heart rate|pulse|blood|glucose|weight|height|lab|result|results|metabolic|biological age|oxygen|temperature|raw data|samples|readings?)\b/,
    kind: "health",
    reason: "measurement of a body",
  },
  {
    words: /\b(note|notes|comment|narrative|html content|report|history|メモ|患者)\b|患者|メモ/,
    kind: "health",
    reason: "free text about a person",
  },
];

/** Types that hold what a person can be known by. Numbers and dates of an application's own running are not looked at. */
const NEVER = /^(boolean|uuid)$/;

/** The columns that look as if they held PHI, each with why. Names and types only: no row is read. */
export function phiCandidates(columns: readonly NamedColumn[]): readonly PhiCandidate[] {
  return columns.flatMap(({ table, column, type }): PhiCandidate[] => {
    if (NEVER.test(type)) return [];
    const words = wordsOf(column);
    const rule = RULES.find((each) => each.words.test(words));
    return rule === undefined ? [] : [{ table, column, type, kind: rule.kind, reason: rule.reason }];
  });
}

/** `dateOfBirth`, `date_of_birth` and `Date-Of-Birth` are the same words. */
function wordsOf(name: string): string {
  return name
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .replaceAll(/[_\-.\s]+/g, " ")
    .toLowerCase();
}
