import type { HandStatement, Workload } from "../workload.ts";

/** The workload's statement with the answer built in SQL, so that one text comes back whatever the number of rows. */
export function handStatement(workload: Workload, n: number): HandStatement {
  const { rows, hand } = workload;
  if (hand !== undefined) return hand(n);
  if (rows === undefined) throw new Error(`${workload.name} has no statement.`);
  const { text, values } = rows(n);
  return { text: `select coalesce(json_agg(r), '[]')::text as body from (${text}) r`, values };
}

/** A statement that writes has no row; the others have one. */
export function answerOf(row: { readonly body?: string } | undefined): unknown {
  return row?.body === undefined ? null : JSON.parse(row.body);
}

export interface HandActor {
  readonly id: string;
  readonly role: string;
}

/** The read with the record that Offramp leaves, in the same statement: fifteen columns and the keys of the rows. */
export function auditedStatement(
  workload: Workload,
  n: number,
  { actor, call }: { readonly actor: HandActor; readonly call: number },
): HandStatement {
  const { rows, audited } = workload;
  if (rows === undefined || audited === undefined) throw new Error(`${workload.name} leaves no record.`);
  const { text, values } = rows(n);
  const at = (place: number): string => `$${values.length + place}`;
  return {
    text: `with r as (${text}), record as (
      insert into audit.phi_access_log (actor_id, actor_role, purpose_of_use, application, request_id, ip, user_agent,
        writer_id, writer_call, action, relations, columns, filters, record_keys, subjects, row_count)
      select ${at(1)}, ${at(2)}, 'TREAT', ${at(3)}, ${at(4)}, null, null, ${at(5)}, ${at(6)}, 'READ', '{public.items}',
        '{${audited.columns.join()}}', '{${audited.filters.join()}}',
        jsonb_build_object('public.items', jsonb_agg(id::text)), '{}', count(*) from r)
      select coalesce(json_agg(r), '[]')::text as body from r`,
    values: [
      ...values,
      actor.id,
      actor.role,
      "bench",
      "r-1",
      "6ce4a4a5-76d3-4f5f-a9e0-000000000001",
      String(call),
    ],
  };
}
