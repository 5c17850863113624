/** The SQL of a time as the trail's readers give it: ISO 8601, UTC, microseconds, whatever the session is set to. */
export function isoTime(sql: string): string {
  return `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
