import type { CallerField } from "../plan/index.ts";
import { param, type Sql, sql } from "./fragment.ts";

const TYPES: Readonly<Record<CallerField, Sql>> = {
  actor_id: sql`text`,
  actor_role: sql`text`,
  on_behalf_of: sql`text`,
  purpose_of_use: sql`text`,
  break_glass: sql`boolean`,
  application: sql`text`,
  request_id: sql`text`,
  ip: sql`inet`,
  user_agent: sql`text`,
  writer_id: sql`uuid`,
  writer_call: sql`bigint`,
  details: sql`jsonb`,
};

/** The columns of a record that say who makes the call. */
export const CALLER_FIELDS: readonly CallerField[] = Object.keys(TYPES) as CallerField[];

/** A column's value: a parameter, and for the application's name what the connection says when the call does not. */
export function callerFieldSql(field: CallerField): Sql {
  const value = sql`${param({ kind: "audit", field })}::${TYPES[field]}`;
  return field === "application"
    ? sql`coalesce(${value}, nullif(current_setting('application_name'), ''))`
    : value;
}
