/** A code of a code system. */
export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

export interface CodeableConcept {
  readonly coding?: readonly Coding[];
  readonly text?: string;
}

/** What is meant, by an address of the FHIR server, by an identifier, or in words. */
export interface Reference {
  readonly reference?: string;
  readonly type?: string;
  readonly identifier?: Identifier;
  readonly display?: string;
}

export interface Identifier {
  readonly type?: CodeableConcept;
  readonly system?: string;
  readonly value: string;
}

export interface Extension {
  readonly url: string;
  readonly valueCode: string;
}

export interface AuditEventAgent {
  readonly type: CodeableConcept;
  readonly role?: readonly CodeableConcept[];
  readonly who: Reference;
  readonly requestor: boolean;
  readonly network?: {
    readonly address?: string;
    readonly type?: "1" | "2" | "5";
    readonly extension?: readonly Extension[];
  };
  readonly purposeOfUse?: readonly CodeableConcept[];
}

export interface AuditEventEntity {
  readonly what?: Reference;
  readonly type: Coding;
  readonly role?: Coding;
  readonly description?: string;
  /** Base64. */
  readonly query?: string;
  readonly detail?: readonly { readonly type: string; readonly valueString: string }[];
}

/**
 * A FHIR R4 AuditEvent, as far as the trail fills it: https://hl7.org/fhir/R4/auditevent.html.
 *
 * @example
 * ```ts
 * import type { AuditEvent } from "@offramp/audit";
 *
 * export function profilesOf({ meta }: AuditEvent): readonly string[] {
 *   return meta?.profile ?? [];
 * }
 * ```
 */
export interface AuditEvent {
  readonly resourceType: "AuditEvent";
  readonly id: string;
  /** Absent where the call was denied or failed: the profiles are for what succeeded. */
  readonly meta?: { readonly profile: readonly string[] };
  readonly type: Coding;
  readonly subtype: readonly Coding[];
  readonly action: "C" | "R" | "U" | "D" | "E";
  readonly period?: { readonly start: string; readonly end: string };
  readonly recorded: string;
  readonly outcome: "0" | "4" | "8";
  readonly outcomeDesc?: string;
  readonly purposeOfEvent?: readonly CodeableConcept[];
  readonly agent: readonly AuditEventAgent[];
  readonly source: {
    readonly site?: string;
    readonly observer: Reference;
    readonly type: readonly Coding[];
  };
  readonly entity: readonly AuditEventEntity[];
}
