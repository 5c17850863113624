import type { RecordedDisclosure } from "../disclosure/disclosure.ts";
import type { AccessRecord } from "../query/access-record.ts";
import type { AuditEventEntity, Reference } from "./audit-event.ts";
import { type BalpProfile, onlyKey } from "./balp-profile.ts";
import {
  DOMAIN_RESOURCE,
  OTHER,
  PATIENT,
  PERSON,
  QUERY,
  REPORT,
  REQUEST_ID,
  SYSTEM_OBJECT,
} from "./codes.ts";

/** What was touched, whose it was, by which request, and the record that the event was made from. */
export function entitiesOf(
  record: AccessRecord,
  profile: BalpProfile,
  patient: Reference | undefined,
): readonly AuditEventEntity[] {
  const entities: AuditEventEntity[] = [];
  if (patient !== undefined) entities.push({ what: patient, type: PERSON, role: PATIENT });
  entities.push(profile.name === "Query" ? queryOf(record) : dataOf(record));
  if (record.requestId !== null)
    entities.push({ what: { identifier: { value: record.requestId } }, type: REQUEST_ID });
  entities.push(recordOf(record));
  return entities;
}

/** A query as the trail knows it: columns and operators, in words, and the same in base64. */
function queryOf(record: AccessRecord): AuditEventEntity {
  const { action, relations, columns, filters } = record;
  const description = [
    `${action} ${relations.join(", ")}`,
    ...(columns.length === 0 ? [] : [`columns ${columns.join(", ")}`]),
    ...(filters.length === 0 ? [] : [`filters ${filters.join(", ")}`]),
  ].join("\n");
  const query = Buffer.from(description, "utf8").toString("base64");
  return { type: SYSTEM_OBJECT, role: QUERY, description, query };
}

function dataOf(record: AccessRecord): AuditEventEntity {
  if (record.action === "DISCLOSE") {
    const { what = "" } = (record.details?.["disclosure"] ?? {}) as Partial<RecordedDisclosure>;
    return { what: { display: what }, type: SYSTEM_OBJECT, role: REPORT };
  }
  const only = onlyKey(record);
  const what =
    only === undefined
      ? { display: `${record.relations.join(", ")}: ${record.rowCount ?? "some"} rows` }
      : { identifier: { value: only.key }, display: only.relation };
  return { what, type: SYSTEM_OBJECT, role: DOMAIN_RESOURCE };
}

/** Everything that no element has a place for. The keys of a call with many patients cannot be told apart by patient. */
function recordOf(record: AccessRecord): AuditEventEntity {
  const detail = (type: string, valueString: string): { type: string; valueString: string } => ({
    type,
    valueString,
  });
  const keys = Object.entries(record.subjects.length > 1 ? {} : (record.recordKeys ?? {}));
  return {
    what: { identifier: { type: { text: "audit.phi_access_log.id" }, value: record.id } },
    type: OTHER,
    detail: [
      ...record.columns.map((column) => detail("column", column)),
      ...record.filters.map((filter) => detail("filter", filter)),
      ...keys.flatMap(([relation, known]) =>
        "count" in known
          ? [detail(`key digest of ${relation}`, JSON.stringify(known))]
          : known.map((key) => detail(`key of ${relation}`, key)),
      ),
      ...(record.rowCount === null ? [] : [detail("rows", String(record.rowCount))]),
      ...(record.userAgent === null ? [] : [detail("user agent", record.userAgent)]),
      detail("database user", record.databaseUser),
    ].filter(({ valueString }) => valueString.trim() !== ""),
  };
}
