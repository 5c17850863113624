import type { Coding } from "./audit-event.ts";

const HL7 = "http://terminology.hl7.org/CodeSystem";
const coding = (system: string, code: string, display: string): Coding => ({ system, code, display });

export const ACT_REASON: string = `${HL7}/v3-ActReason`;
export const BREAK_GLASS: Coding = coding(ACT_REASON, "BTG", "break the glass");

/** DICOM PS3.16, as FHIR names it. */
const DICOM = "http://dicom.nema.org/resources/ontology/DCM";
export const APPLICATION: Coding = coding(DICOM, "110150", "Application");
export const DESTINATION: Coding = coding(DICOM, "110152", "Destination Role ID");
export const SOURCE: Coding = coding(DICOM, "110153", "Source Role ID");
export const EXPORT: Coding = coding(DICOM, "110106", "Export");

export const REST: Coding = coding(`${HL7}/audit-event-type`, "rest", "Restful Operation");
export const DISCLOSE: Coding = coding(
  `${HL7}/iso-21089-lifecycle`,
  "disclose",
  "Disclose Record Lifecycle Event",
);
export const interaction = (code: string): Coding =>
  coding("http://hl7.org/fhir/restful-interaction", code, code);

export const RECIPIENT: Coding = coding(`${HL7}/v3-ParticipationType`, "IRCP", "information recipient");
export const AUTHOR: Coding = coding(`${HL7}/v3-ParticipationType`, "AUT", "author (originator)");
export const CUSTODIAN: Coding = coding(`${HL7}/provenance-participant-type`, "custodian", "Custodian");
export const HUMAN: Coding = coding(`${HL7}/extra-security-role-type`, "humanuser", "human user");
export const DELEGATOR: Coding = coding(`${HL7}/v3-RoleCode`, "DELEGATOR", "delegator");

export const PERSON: Coding = coding(`${HL7}/audit-entity-type`, "1", "Person");
export const SYSTEM_OBJECT: Coding = coding(`${HL7}/audit-entity-type`, "2", "System Object");
export const OTHER: Coding = coding(`${HL7}/audit-entity-type`, "4", "Other");
export const REQUEST_ID: Coding = {
  system: "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
  code: "XrequestId",
};

export const PATIENT: Coding = coding(`${HL7}/object-role`, "1", "Patient");
export const REPORT: Coding = coding(`${HL7}/object-role`, "3", "Report");
export const DOMAIN_RESOURCE: Coding = coding(`${HL7}/object-role`, "4", "Domain Resource");
export const QUERY: Coding = coding(`${HL7}/object-role`, "24", "Query");

export const APPLICATION_SERVER: Coding = coding(`${HL7}/security-source-type`, "4", "Application Server");
