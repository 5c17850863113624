import { isIP } from "node:net";
import { isPurposeOfUse } from "../context/purpose-of-use.ts";
import type { RecordedDisclosure } from "../disclosure/disclosure.ts";
import type { AccessRecord } from "../query/access-record.ts";
import type { AuditEventAgent, CodeableConcept, Coding } from "./audit-event.ts";
import type { BalpProfile } from "./balp-profile.ts";
import { ACT_REASON, BREAK_GLASS, DELEGATOR } from "./codes.ts";
import type { FhirOptions } from "./fhir-options.ts";

/** The client, the server, and, where they are known, the user and for whom the user acted. */
export function agentsOf(
  record: AccessRecord,
  profile: BalpProfile,
  options: FhirOptions,
): readonly AuditEventAgent[] {
  const { observer, serverAddress, userSystem } = options;
  const user = (value: string): AuditEventAgent["who"] => ({
    identifier: { ...(userSystem === undefined ? {} : { system: userSystem }), value },
  });
  const server: AuditEventAgent = {
    type: concept(profile.server),
    who: observer,
    requestor: false,
    network: networkOf(serverAddress),
  };
  const agents = [clientOf(record, profile), server];
  if (record.actorId !== null) {
    const purpose = purposesOf(record);
    agents.push({
      type: concept(profile.user),
      ...(record.actorRole === null ? {} : { role: [{ text: record.actorRole }] }),
      who: user(record.actorId),
      requestor: true,
      ...(purpose.length === 0 ? {} : { purposeOfUse: purpose }),
    });
  }
  if (record.onBehalfOf !== null)
    agents.push({ type: concept(DELEGATOR), who: user(record.onBehalfOf), requestor: false });
  return agents;
}

/** For a disclosure, who received it: its postal address is no network's. */
function clientOf(record: AccessRecord, profile: BalpProfile): AuditEventAgent {
  const { recipient } = (record.details?.["disclosure"] ?? {}) as Partial<RecordedDisclosure>;
  if (record.action === "DISCLOSE") {
    const display = [recipient?.name, recipient?.address].filter((part) => part !== undefined).join(", ");
    return {
      type: concept(profile.client),
      who: { display },
      requestor: false,
      network: networkOf(undefined),
    };
  }
  return {
    type: concept(profile.client),
    who: { display: record.application ?? record.databaseUser },
    // Somebody has asked for it; without a user, the client has.
    requestor: record.actorId === null,
    network: networkOf(record.ip ?? undefined),
  };
}

/** The code of the purpose or its words, and breaking the glass. */
export function purposesOf({ purposeOfUse, breakGlass }: AccessRecord): readonly CodeableConcept[] {
  const purposes: CodeableConcept[] = [];
  if (purposeOfUse !== null && isPurposeOfUse(purposeOfUse))
    purposes.push({ coding: [{ system: ACT_REASON, code: purposeOfUse }] });
  else if (purposeOfUse !== null) purposes.push({ text: purposeOfUse });
  if (breakGlass && purposeOfUse !== BREAK_GLASS.code) purposes.push(concept(BREAK_GLASS));
  return purposes;
}

function concept(coding: Coding): CodeableConcept {
  return { coding: [coding] };
}

/** The profiles want one always; FHIR says of one that is not known that it is not. */
function networkOf(address: string | undefined): NonNullable<AuditEventAgent["network"]> {
  if (address === undefined) {
    return {
      extension: [
        { url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" },
      ],
    };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return { address, type: "5" };
  return { address, type: isIP(address.replace(/\/\d+$/, "")) === 0 ? "1" : "2" };
}
