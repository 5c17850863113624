import type { AuditEvent } from "../../src/index.ts";

/** The profile's fixed codes and bounds, as IHE BALP 1.1.3 publishes them (https://profiles.ihe.net/ITI/BALP/artifacts.html). */
interface Rules {
  readonly type: string;
  readonly subtypes: readonly string[];
  readonly action: string;
  /** Each exactly once, with `who` and `network`. */
  readonly client: string;
  readonly server: string;
  /** At most once, with `who`, a requestor, without `network`. */
  readonly users: readonly string[];
  /** The roles that the one entity of type 2 may have. */
  readonly dataRoles: readonly string[];
  readonly bare?: true;
}

const rest = { type: "rest" } as const;
const toServer = { client: "110153", server: "110152" } as const;
const authors = ["AUT", "INF", "CST"];
const objects = ["4", "3", "20"];

const RULES: Readonly<Record<string, Rules>> = {
  Query: {
    ...rest,
    ...toServer,
    subtypes: ["search", "search-type", "search-system", "operation"],
    action: "E",
    users: ["IRCP"],
    dataRoles: ["24"],
  },
  Read: {
    ...rest,
    subtypes: ["read", "vread"],
    action: "R",
    client: "110152",
    server: "110153",
    users: ["IRCP"],
    dataRoles: objects,
  },
  Create: { ...rest, ...toServer, subtypes: ["create"], action: "C", users: authors, dataRoles: objects },
  Update: {
    ...rest,
    ...toServer,
    subtypes: ["update", "patch"],
    action: "U",
    users: authors,
    dataRoles: objects,
  },
  Delete: {
    ...rest,
    subtypes: ["delete"],
    action: "D",
    client: "110150",
    server: "custodian",
    users: authors,
    dataRoles: objects,
    bare: true,
  },
  "PrivacyDisclosure.Source": {
    type: "110106",
    subtypes: ["disclose"],
    action: "R",
    client: "110152",
    server: "110153",
    users: [],
    dataRoles: objects,
  },
};

const PREFIX = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";

/** What of an event is not as the profile that it claims has it; empty when all is. */
export function brokenRules(event: AuditEvent): readonly string[] {
  const [url = ""] = event.meta?.profile ?? [];
  if (!url.startsWith(PREFIX)) return [`claims no profile: ${url}`];
  const name = url.slice(PREFIX.length);
  const rules = RULES[name.replace(/^Patient/, "")];
  if (rules === undefined) return [`claims a profile that is none: ${name}`];
  const withPatient = name.startsWith("Patient") || name.startsWith("PrivacyDisclosure");
  const broken: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) broken.push(what);
  };

  must(event.type.code === rules.type, "type");
  must(
    event.subtype.some(({ code }) => rules.subtypes.includes(code)),
    "subtype",
  );
  must(event.action === rules.action, "action");
  must(event.outcome === "0", "outcome is success");
  must(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(event.recorded),
    "recorded is an instant",
  );

  const agents = (...codes: readonly string[]): AuditEvent["agent"] =>
    event.agent.filter(({ type }) => type.coding?.some(({ code }) => codes.includes(code)));
  for (const [slice, code] of [
    ["client", rules.client],
    ["server", rules.server],
  ] as const) {
    const [agent, ...more] = agents(code);
    must(agent !== undefined && more.length === 0, `agent:${slice} once`);
    must(agent?.who !== undefined && Object.keys(agent.who).length > 0, `agent:${slice}.who`);
    must(agent?.network !== undefined && Object.keys(agent.network).length > 0, `agent:${slice}.network`);
    if (rules.bare)
      must(!("role" in (agent ?? {})) && !("purposeOfUse" in (agent ?? {})), `agent:${slice} is bare`);
  }
  const users = agents(...rules.users);
  must(users.length <= 1, "agent:user at most once");
  must(
    users.every(({ who, requestor, network }) => Object.keys(who).length > 0 && requestor && !network),
    "agent:user",
  );

  const entities = (code: string): AuditEvent["entity"] =>
    event.entity.filter(({ type }) => type.code === code);
  const [data, ...others] = entities("2");
  must(data !== undefined && others.length === 0, "entity:data or :query once");
  must(rules.dataRoles.includes(data?.role?.code ?? ""), "entity:data or :query role");
  if (rules.dataRoles.includes("24")) {
    must(data?.query !== undefined && data.what === undefined && data.detail === undefined, "entity:query");
  } else {
    must(Object.keys(data?.what ?? {}).length > 0 && data?.query === undefined, "entity:data.what");
    if (rules.bare) must(data?.detail === undefined, "entity:data is bare");
  }
  const patients = entities("1");
  must(patients.length === (withPatient ? 1 : 0), "entity:patient");
  for (const { what, role } of patients) {
    const aPatient = what?.type === "Patient" || what?.reference?.startsWith("Patient/") === true;
    must(aPatient && role?.code === "1", "entity:patient is a Reference(Patient)");
  }
  const requests = entities("XrequestId");
  must(requests.length <= 1 && requests.every(({ what }) => what?.identifier?.value), "entity:transaction");
  if (name.startsWith("PrivacyDisclosure")) {
    must(
      JSON.stringify(agents("110153")[0]?.who) === JSON.stringify(event.source.observer),
      "val-audit-source",
    );
  }
  return broken;
}
