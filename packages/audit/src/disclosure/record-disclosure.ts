import { isIP } from "node:net";
import type { Queryable } from "@offramp/db";
import { currentActor } from "../context/with-actor.ts";
import { checkedDisclosure, checkedSubjects, type Disclosure } from "./disclosure.ts";

const FIELDS =
  "actor_id, actor_role, on_behalf_of, purpose_of_use, break_glass, application, request_id, ip, user_agent, action, relations, columns, subjects, details";

/** A disclosure says no rows of its own, so nothing is known of keys and counts. */
const TEXT = `insert into audit.phi_access_log (${FIELDS})
  select call->>'actor_id', call->>'actor_role', call->>'on_behalf_of', call->>'purpose_of_use', (call->>'break_glass')::boolean,
    coalesce(call->>'application', nullif(current_setting('application_name'), '')),
    call->>'request_id', (call->>'ip')::inet, call->>'user_agent', 'DISCLOSE',
    array(select json_array_elements_text(call->'relations')), array(select json_array_elements_text(call->'columns')),
    array(select json_array_elements_text(call->'subjects')), (call->'details')::jsonb
  from (select $1::text::json as call) as given`;

/**
 * Records that PHI was given to somebody outside, by the actor of {@link withActor}. In a transaction, it is recorded if
 * the transaction commits.
 *
 * @throws {TypeError} a text that 164.528(b)(2) asks for is missing, or a code is none.
 * @throws {RangeError} the time is none, or in the future.
 * @throws {ServerError} the connection's role may not append to the trail (42501).
 */
export async function recordDisclosure(db: Queryable, disclosure: Disclosure): Promise<void> {
  const recorded = checkedDisclosure(disclosure);
  const subjects = checkedSubjects(disclosure);
  const actor = currentActor();
  const address = addressOf(actor?.ip);
  const call = {
    actor_id: actor?.id,
    actor_role: actor?.role,
    on_behalf_of: actor?.onBehalfOf,
    purpose_of_use: disclosure.purposeOfUse ?? actor?.purposeOfUse,
    break_glass: actor?.breakGlass ?? false,
    application: actor?.application,
    request_id: actor?.requestId,
    user_agent: actor?.userAgent,
    ip: address.ip,
    relations: disclosure.relations ?? [],
    columns: disclosure.columns ?? [],
    subjects,
    details: { disclosure: recorded, ...address.details },
  };
  await db.query({ text: TEXT, values: [JSON.stringify(call)] });
}

/** A garbled header must not stop a record. */
function addressOf(text: string | undefined): { ip?: string; details?: { malformed_ip: string } } {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return {};
  return isIP(trimmed) === 0 ? { details: { malformed_ip: trimmed } } : { ip: trimmed };
}
