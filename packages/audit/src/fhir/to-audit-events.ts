import type { RecordedDisclosure } from "../disclosure/disclosure.ts";
import type { AccessRecord } from "../query/access-record.ts";
import { agentsOf, purposesOf } from "./agents.ts";
import type { AuditEvent, Reference } from "./audit-event.ts";
import { type BalpProfile, profileOf } from "./balp-profile.ts";
import { APPLICATION_SERVER } from "./codes.ts";
import { entitiesOf } from "./entities.ts";
import type { FhirOptions } from "./fhir-options.ts";

const PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";

/** Whose fault it was is what FHIR's codes for failures tell apart: 4 as HTTP 4xx, 8 as HTTP 5xx. */
const SERVER_FAULT = /^(?:08|53|54|55|57|58|F0|XX)/;

/**
 * A record as FHIR R4 AuditEvents in the IHE BALP profiles: one for each patient, as BALP has it, or one without a patient.
 *
 * - READ: Read where the record names the one row that was shown, else Query (its `query` is the columns and operators).
 * - CREATE, UPDATE, DELETE: the profile of that name. EXECUTE: Query with the subtype `operation`.
 * - DISCLOSE: PrivacyDisclosure.Source.
 * - A call that was denied or failed has the same form, with its outcome, and claims no profile.
 *
 * @example
 * ```ts
 * import { openTrail, toAuditEvents } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const { records } = await openTrail(connect()).query({ limit: 1 });
 * for (const record of records) console.log(toAuditEvents(record, { observer: { display: "Clinic portal" } }));
 * ```
 */
export function toAuditEvents(given: AccessRecord, options: FhirOptions): readonly AuditEvent[] {
  const record = withoutBlanks(given);
  const profile = profileOf(record);
  const { patient = namedPatient } = options;
  const { subjects } = record;
  if (subjects.length === 0) return [eventOf({ record, profile, id: record.id }, undefined, options)];
  return subjects.map((subject, index) =>
    eventOf(
      { record, profile, id: subjects.length === 1 ? record.id : `${record.id}-${index + 1}` },
      patient(subject),
      options,
    ),
  );
}

/** FHIR has no text that is empty: what says nothing is left out. */
function withoutBlanks(record: AccessRecord): AccessRecord {
  const kept = (text: string | null): string | null => (text === null || text.trim() === "" ? null : text);
  return {
    ...record,
    actorId: kept(record.actorId),
    actorRole: kept(record.actorRole),
    onBehalfOf: kept(record.onBehalfOf),
    purposeOfUse: kept(record.purposeOfUse),
    application: kept(record.application),
    requestId: kept(record.requestId),
    subjects: record.subjects.filter((subject) => subject.trim() !== ""),
  };
}

interface Numbered {
  readonly record: AccessRecord;
  readonly profile: BalpProfile;
  readonly id: string;
}

function eventOf(
  { record, profile, id }: Numbered,
  patient: Reference | undefined,
  options: FhirOptions,
): AuditEvent {
  const purpose = purposesOf(record);
  return {
    resourceType: "AuditEvent",
    id: `offramp-${id}`,
    ...(record.outcome === "success" ? { meta: { profile: [profileUrl(profile, patient)] } } : {}),
    type: profile.type,
    subtype: [profile.subtype],
    action: profile.action,
    ...periodOf(record),
    recorded: record.recordedAt,
    ...outcomeOf(record),
    ...(purpose.length === 0 ? {} : { purposeOfEvent: purpose }),
    agent: agentsOf(record, profile, options),
    source: {
      ...(options.site === undefined ? {} : { site: options.site }),
      observer: options.observer,
      type: [APPLICATION_SERVER],
    },
    entity: entitiesOf(record, profile, patient),
  };
}

function profileUrl({ name }: BalpProfile, patient: Reference | undefined): string {
  return `${PROFILES}${patient !== undefined && name !== "PrivacyDisclosure.Source" ? "Patient" : ""}${name}`;
}

/** A disclosure may be recorded later than it was made. */
function periodOf({ details }: AccessRecord): Pick<AuditEvent, "period"> {
  const { at } = (details?.["disclosure"] ?? {}) as Partial<RecordedDisclosure>;
  return at === undefined ? {} : { period: { start: at, end: at } };
}

function outcomeOf({ outcome, sqlstate }: AccessRecord): Pick<AuditEvent, "outcome" | "outcomeDesc"> {
  if (outcome === "success") return { outcome: "0" };
  const outcomeDesc = sqlstate === null ? outcome : `${outcome}, SQLSTATE ${sqlstate}`;
  if (outcome === "denied") return { outcome: "4", outcomeDesc };
  return { outcome: sqlstate === null || SERVER_FAULT.test(sqlstate) ? "8" : "4", outcomeDesc };
}

function namedPatient(subject: string): Reference {
  return { type: "Patient", identifier: { value: subject } };
}
