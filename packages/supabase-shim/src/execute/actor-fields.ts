import { isIP } from "node:net";
import type { CheckedActor } from "@offramp/audit";
import type { AuditFields } from "../plan/index.ts";

/** Fields of the record, and what of the actor fits none. */
export type ActorFields = Omit<AuditFields, "details"> & {
  readonly details?: { readonly malformed_ip: string };
};

const NOBODY: ActorFields = { break_glass: "false" };

/** What an actor says, as fields; what it does not say of its request, the request's own headers may. */
export function actorFields(
  actor: CheckedActor | undefined,
  headers: Readonly<Record<string, string>> | undefined,
): ActorFields {
  const said = actor === undefined ? NOBODY : fieldsOf(actor);
  if (headers === undefined) return said;
  const userAgent = said.user_agent ?? headers["user-agent"];
  const requestId = said.request_id ?? headers["x-request-id"];
  return {
    ...said,
    ...(userAgent === undefined ? {} : { user_agent: storable(userAgent) }),
    ...(requestId === undefined ? {} : { request_id: storable(requestId) }),
  };
}

function fieldsOf(actor: CheckedActor): ActorFields {
  const fields: { -readonly [Field in keyof ActorFields]: ActorFields[Field] } = {
    actor_id: actor.id,
    break_glass: actor.breakGlass === true ? "true" : "false",
  };
  const address = actor.ip?.trim() ?? "";
  // PostgreSQL knows no zones: fe80::1%eth0. Text that is no address comes from a garbled header, which must not stop a
  // doctor from reading a record.
  if (isIP(address) !== 0 && !address.includes("%")) fields.ip = address;
  else if (address !== "") fields.details = { malformed_ip: address };
  if (actor.role !== undefined) fields.actor_role = actor.role;
  if (actor.onBehalfOf !== undefined) fields.on_behalf_of = actor.onBehalfOf;
  if (actor.purposeOfUse !== undefined) fields.purpose_of_use = actor.purposeOfUse;
  if (actor.application !== undefined) fields.application = actor.application;
  if (actor.requestId !== undefined) fields.request_id = actor.requestId;
  if (actor.userAgent !== undefined) fields.user_agent = actor.userAgent;
  return fields;
}

/** PostgreSQL's text takes neither the NUL character nor half of a surrogate pair. */
function storable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, "\u{FFFD}");
}
