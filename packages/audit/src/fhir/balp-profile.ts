import type { AccessRecord } from "../query/access-record.ts";
import type { AuditEvent, Coding } from "./audit-event.ts";
import {
  APPLICATION,
  AUTHOR,
  CUSTODIAN,
  DESTINATION,
  DISCLOSE,
  EXPORT,
  HUMAN,
  interaction,
  RECIPIENT,
  REST,
  SOURCE,
} from "./codes.ts";

/**
 * What a profile of IHE's Basic Audit Log Patterns fixes, https://profiles.ihe.net/ITI/BALP. Who is source and who is
 * destination differs: a query flows to the server, what is read flows from it.
 */
export interface BalpProfile {
  /** After `IHE.BasicAudit.`; those that have one with a patient get `Patient` before it. */
  readonly name: "Query" | "Read" | "Create" | "Update" | "Delete" | "PrivacyDisclosure.Source";
  readonly type: Coding;
  readonly subtype: Coding;
  readonly action: AuditEvent["action"];
  readonly client: Coding;
  readonly server: Coding;
  readonly user: Coding;
}

const toServer = { type: REST, client: SOURCE, server: DESTINATION } as const;

const QUERY: BalpProfile = {
  ...toServer,
  name: "Query",
  subtype: interaction("search"),
  action: "E",
  user: RECIPIENT,
};

const READ: BalpProfile = {
  name: "Read",
  type: REST,
  subtype: interaction("read"),
  action: "R",
  client: DESTINATION,
  server: SOURCE,
  user: RECIPIENT,
};

const BY_ACTION: Readonly<Record<Exclude<AccessRecord["action"], "READ">, BalpProfile>> = {
  CREATE: { ...toServer, name: "Create", subtype: interaction("create"), action: "C", user: AUTHOR },
  UPDATE: { ...toServer, name: "Update", subtype: interaction("update"), action: "U", user: AUTHOR },
  DELETE: {
    name: "Delete",
    type: REST,
    subtype: interaction("delete"),
    action: "D",
    client: APPLICATION,
    server: CUSTODIAN,
    user: AUTHOR,
  },
  // The profiles know no operations; the closest is a query that says what it was.
  EXECUTE: { ...QUERY, subtype: interaction("operation") },
  DISCLOSE: {
    name: "PrivacyDisclosure.Source",
    type: EXPORT,
    subtype: DISCLOSE,
    action: "R",
    client: DESTINATION,
    server: SOURCE,
    user: HUMAN,
  },
};

/** A READ is a Read where its record names the one row that it showed, and a Query otherwise. */
export function profileOf(record: AccessRecord): BalpProfile {
  if (record.action !== "READ") return BY_ACTION[record.action];
  return onlyKey(record) === undefined ? QUERY : READ;
}

/** The row that a record names, if it is one alone. */
export function onlyKey({
  recordKeys,
}: AccessRecord): { readonly relation: string; readonly key: string } | undefined {
  const [entry, ...others] = Object.entries(recordKeys ?? {});
  if (entry === undefined || others.length > 0) return undefined;
  const [relation, keys] = entry;
  if ("count" in keys || keys.length !== 1 || keys[0] === undefined) return undefined;
  return { relation, key: keys[0] };
}
