import type { Reference } from "./audit-event.ts";

/**
 * What an AuditEvent says that no record knows.
 *
 * @example
 * ```ts
 * import type { FhirOptions } from "@offramp/audit";
 *
 * const options: FhirOptions = {
 *   observer: { display: "Clinic portal" },
 *   serverAddress: "https://portal.example.org",
 *   patient: (subject) => ({ reference: `Patient/${subject}` }),
 * };
 * console.log(options.observer.display);
 * ```
 */
export interface FhirOptions {
  /** The system that recorded the events: `source.observer`, and the agent that served the data. */
  readonly observer: Reference;
  /** `source.site`. */
  readonly site?: string;
  /** Where the system is reached: a URL, an IP address or a host name. */
  readonly serverAddress?: string;
  /** How a patient is named. Default: `{ type: "Patient", identifier: { value: subject } }`. */
  readonly patient?: (subject: string) => Reference;
  /** The `system` of the identifiers of users. */
  readonly userSystem?: string;
}
