import type { AccessRecord } from "../query/access-record.ts";

/**
 * Records as newline-delimited JSON, a line at a time.
 *
 * @example
 * ```ts
 * import { exportNdjson, openTrail } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * for await (const line of exportNdjson(openTrail(connect()).records({ outcome: "denied" }))) process.stdout.write(line);
 * ```
 */
export async function* exportNdjson(records: AsyncIterable<AccessRecord>): AsyncGenerator<string> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}
