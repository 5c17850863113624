import type { FhirOptions } from "../fhir/fhir-options.ts";
import { toAuditEvents } from "../fhir/to-audit-events.ts";
import type { AccessRecord } from "../query/access-record.ts";

/**
 * Records as FHIR R4 AuditEvents in the IHE BALP profiles, as newline-delimited JSON (`application/fhir+ndjson`): a line for
 * each patient of each record. What an event is made of is said at {@link toAuditEvents}.
 *
 * @example
 * ```ts
 * import { exportFhir, openTrail } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const records = openTrail(connect()).records({ between: ["2026-11-01", "2026-12-01"] });
 * const options = { observer: { display: "Clinic portal" }, serverAddress: "https://portal.example.org" };
 * for await (const line of exportFhir(records, options)) process.stdout.write(line);
 * ```
 */
export async function* exportFhir(
  records: AsyncIterable<AccessRecord>,
  options: FhirOptions,
): AsyncGenerator<string> {
  for await (const record of records) {
    for (const event of toAuditEvents(record, options)) yield `${JSON.stringify(event)}\n`;
  }
}
