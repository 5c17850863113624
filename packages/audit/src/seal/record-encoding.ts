/** The version of the encoding below. A change of the record's fields makes a new one; old seals keep theirs. */
export const ENCODING_VERSION = 1;

/**
 * The fields of a record in the order of the encoding, each as the SQL of its text. Times are ISO 8601 in UTC with
 * microseconds, lists are JSON without spaces, objects are JSON as PostgreSQL's `jsonb` prints it: none depends on a
 * setting of the session.
 */
const FIELDS: readonly (readonly [name: string, sql: string])[] = [
  ["id", "id::text"],
  ["recorded_at", time("recorded_at")],
  ["transaction_at", time("transaction_at")],
  ["transaction_id", "transaction_id::text"],
  ["database_user", "database_user"],
  ["database_role", "database_role"],
  ["actor_id", "actor_id"],
  ["actor_role", "actor_role"],
  ["on_behalf_of", "on_behalf_of"],
  ["purpose_of_use", "purpose_of_use"],
  ["break_glass", "break_glass::text"],
  ["application", "application"],
  ["request_id", "request_id"],
  ["ip", "ip::text"],
  ["user_agent", "user_agent"],
  ["action", "action"],
  ["relations", "array_to_json(relations)::text"],
  ["columns", "array_to_json(columns)::text"],
  ["filters", "array_to_json(filters)::text"],
  ["record_keys", "record_keys::text"],
  ["subjects", "array_to_json(subjects)::text"],
  ["row_count", "row_count::text"],
  ["outcome", "outcome"],
  ["sqlstate", "sqlstate"],
  ["writer_id", "writer_id::text"],
  ["writer_call", "writer_call::text"],
  ["details", "details::text"],
];

/** The names of the encoded fields, in their order. */
export const FIELD_NAMES: readonly string[] = FIELDS.map(([name]) => name);

function time(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/**
 * The SQL of a record's encoding: its version and a colon, then for each field the number of bytes of its text in
 * UTF-8, a colon, the text and a comma; for a field that is null, `-,`. No two records have the same encoding.
 */
export const RECORD_ENCODING: string = `'${ENCODING_VERSION}:' || concat(${FIELDS.map(
  ([, sql]) => `coalesce(octet_length(convert_to(${sql}, 'UTF8')) || ':' || ${sql} || ',', '-,')`,
).join(", ")})`;

/**
 * Reads an encoded record back: field by field, null for what is null.
 *
 * @throws {RangeError} the text is no encoded record of a version that is known here.
 */
export function decodeRecord(encoded: string): Readonly<Record<string, string | null>> {
  const bytes = Buffer.from(encoded, "utf8");
  const version = `${ENCODING_VERSION}:`;
  if (!encoded.startsWith(version)) {
    throw new RangeError(
      `The record is not of encoding ${ENCODING_VERSION}, the only one that is known here.`,
    );
  }
  const fields: Record<string, string | null> = {};
  let at = version.length;
  for (const name of FIELD_NAMES) {
    if (bytes.toString("latin1", at, at + 2) === "-,") {
      fields[name] = null;
      at += 2;
      continue;
    }
    const colon = bytes.indexOf(0x3a, at);
    const length = Number(bytes.toString("latin1", at, colon));
    const end = colon + 1 + length;
    if (colon < 0 || !Number.isSafeInteger(length) || bytes[end] !== 0x2c) {
      throw new RangeError(`The encoded record is broken at the field ${name}.`);
    }
    fields[name] = bytes.toString("utf8", colon + 1, end);
    at = end + 1;
  }
  if (at !== bytes.length) throw new RangeError("The encoded record goes on after its last field.");
  return fields;
}
