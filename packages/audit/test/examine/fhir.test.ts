import { Fhir } from "fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AuditEvent,
  exportFhir,
  openTrail,
  toAuditEvents,
  type Trail,
  withActor,
} from "../../src/index.ts";
import type { TrailDatabase } from "../trail-database.ts";
import { brokenRules } from "./balp-rules.ts";
import { examinedTrail } from "./examined-trail.ts";

let database: TrailDatabase;
let trail: Trail;
let events: readonly AuditEvent[];

const options = {
  observer: { display: "Clinic portal" },
  serverAddress: "https://portal.example.org",
  site: "Springfield",
};
const keys = { "public.profiles": ["7"] };

beforeAll(async () => {
  const at = (minute: number): string => `2026-03-02T10:${String(minute).padStart(2, "0")}:00.000001Z`;
  database = await examinedTrail([
    { at: at(0), keys, ip: "192.0.2.7", application: "portal", requestId: "r-1", userAgent: "Firefox" },
    {
      at: at(1),
      subjects: ["ada", "ben"],
      filters: ["public.profiles.email eq"],
      columns: ["public.profiles.email"],
    },
    { at: at(2), subjects: [], actor: null },
    { at: at(3), action: "CREATE", keys, ip: "2001:db8::1" },
    { at: at(4), action: "UPDATE", keys: { "public.profiles": ["7", "8"] }, onBehalfOf: "dr.sam" },
    {
      at: at(5),
      action: "DELETE",
      subjects: [],
      keys: { "public.profiles": { count: 1001, sha256: "ab", first: "1", last: "9" } },
    },
    { at: at(6), action: "DELETE", keys, requestId: "r-2" },
    { at: at(7), action: "EXECUTE", relations: ["public.find_patients"], purpose: "looking for a namesake" },
    { at: at(8), breakGlass: true, purpose: "ETREAT" },
    { at: at(9), breakGlass: true, purpose: "BTG" },
    { at: at(10), outcome: "denied", sqlstate: "42501" },
    { at: at(11), outcome: "failed", sqlstate: "57P01" },
    { at: at(12), outcome: "failed", sqlstate: "42703" },
  ]);
  trail = openTrail(database.admin);
  await withActor({ id: "lena", role: "clinician" }, () =>
    trail.disclose({
      subject: ["ada", "ben"],
      recipient: { name: "County Health Department", address: "1 Main Street" },
      what: "Laboratory report",
      purpose: "The law requires it",
      purposeOfUse: "PUBHLTH",
      at: "2026-03-01T08:00-06",
    }),
  );
  const lines: AuditEvent[] = [];
  for await (const line of exportFhir(trail.records(), options)) {
    lines.push(JSON.parse(line) as AuditEvent);
  }
  // Oldest first.
  events = lines.toReversed();
});
afterAll(() => database.close());

const nameOf = ({ meta }: AuditEvent): string | undefined => meta?.profile[0]?.split("IHE.BasicAudit.")[1];
const at = (minute: number): AuditEvent => {
  const found = events.find(({ recorded }) =>
    recorded.startsWith(`2026-03-02T10:${String(minute).padStart(2, "0")}`),
  );
  if (found === undefined) throw new Error("no such event");
  return found;
};

describe("FHIR AuditEvents", () => {
  it("have one event for each patient, each in its profile", () => {
    expect(events.map(nameOf)).toEqual([
      "PatientRead",
      "PatientQuery",
      "PatientQuery",
      "Query",
      "PatientCreate",
      "PatientUpdate",
      "Delete",
      "PatientDelete",
      "PatientQuery",
      "PatientQuery",
      "PatientQuery",
      undefined,
      undefined,
      undefined,
      "PrivacyDisclosure.Source",
      "PrivacyDisclosure.Source",
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const { id } of events) expect(id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
  });

  it("are of the structure that FHIR R4 publishes", () => {
    const fhir = new Fhir();
    for (const event of events) {
      const { valid, messages } = fhir.validate(event, { errorOnUnexpected: true });
      expect(messages.filter(({ severity }) => ["error", "fatal"].includes(String(severity)))).toEqual([]);
      expect(valid).toBe(true);
    }
    // It would see what is wrong.
    const [event] = events;
    expect(fhir.validate({ ...event, who: "lena" }, { errorOnUnexpected: true }).valid).toBe(false);
    expect(fhir.validate({ ...event, action: "Q" }).valid).toBe(false);
    expect(
      fhir.validate({ ...event, agent: event?.agent.map(({ requestor: _, ...agent }) => agent) }).valid,
    ).toBe(false);
  });

  it("keep to the elements and slices that their profile asks for", () => {
    for (const event of events.filter(({ meta }) => meta !== undefined)) {
      expect([nameOf(event), brokenRules(event)]).toEqual([nameOf(event), []]);
    }
    const event = at(0);
    expect(brokenRules({ ...event, agent: event.agent.slice(1) })).toContain("agent:client once");
    expect(brokenRules({ ...event, entity: event.entity.slice(1) })).toContain("entity:patient");
    expect(brokenRules({ ...event, action: "E" })).toContain("action");
  });

  it("say who, from where, why and by which request", () => {
    const { agent, entity, recorded, purposeOfEvent, source } = at(0);
    expect(recorded).toBe("2026-03-02T10:00:00.000001Z");
    expect(agent).toMatchObject([
      { who: { display: "portal" }, requestor: false, network: { address: "192.0.2.7", type: "2" } },
      { who: { display: "Clinic portal" }, network: { address: "https://portal.example.org", type: "5" } },
      { who: { identifier: { value: "lena" } }, role: [{ text: "clinician" }], requestor: true },
    ]);
    expect(purposeOfEvent).toEqual([
      { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code: "TREAT" }] },
    ]);
    expect(source).toMatchObject({ site: "Springfield", observer: { display: "Clinic portal" } });
    expect(entity).toMatchObject([
      { what: { type: "Patient", identifier: { value: "ada" } } },
      { what: { identifier: { value: "7" }, display: "public.profiles" } },
      { what: { identifier: { value: "r-1" } }, type: { code: "XrequestId" } },
      { type: { code: "4" } },
    ]);
  });

  it("say what was looked for as columns and operators, in base64 and in words", () => {
    const query = at(1).entity.find(({ role }) => role?.code === "24");
    const words = "READ public.profiles\ncolumns public.profiles.email\nfilters public.profiles.email eq";
    expect(query?.description).toBe(words);
    expect(Buffer.from(query?.query ?? "", "base64").toString()).toBe(words);
  });

  it("say BTG where the glass was broken, once", () => {
    const reasons = (minute: number): (string | undefined)[] =>
      (at(minute).purposeOfEvent ?? []).flatMap(
        ({ coding, text }) => coding?.map(({ code }) => code) ?? [text],
      );
    expect(reasons(8)).toEqual(["ETREAT", "BTG"]);
    expect(reasons(9)).toEqual(["BTG"]);
    expect(reasons(7)).toEqual(["looking for a namesake"]);
  });

  it("say that a call did not succeed, and claim no profile then", () => {
    expect([10, 11, 12].map((minute) => [at(minute).outcome, at(minute).outcomeDesc])).toEqual([
      ["4", "denied, SQLSTATE 42501"],
      ["8", "failed, SQLSTATE 57P01"],
      ["4", "failed, SQLSTATE 42703"],
    ]);
  });

  it("say for whom the user acted, and that an address is not known", () => {
    expect(at(4).agent).toContainEqual({
      type: { coding: [expect.objectContaining({ code: "DELEGATOR" })] },
      who: { identifier: { value: "dr.sam" } },
      requestor: false,
    });
    expect(at(1).agent[0]?.network).toEqual({
      extension: [
        { url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" },
      ],
    });
  });

  it("say to whom data was disclosed, what of it and when", () => {
    const disclosure = events.at(-1);
    expect(disclosure?.agent[0]?.who.display).toBe("County Health Department, 1 Main Street");
    expect(disclosure?.entity[1]?.what?.display).toBe("Laboratory report");
    expect(disclosure?.period).toEqual({
      start: "2026-03-01T08:00:00-06:00",
      end: "2026-03-01T08:00:00-06:00",
    });
  });

  it("leave out what is empty, as FHIR has no empty text", async () => {
    const blank = await examinedTrail([
      { at: "2026-03-02T10:00:00Z", actor: " ", subjects: [""], application: "", requestId: "", purpose: "" },
    ]);
    const [record] = (await openTrail(blank.admin).query({})).records;
    const found = record === undefined ? [] : toAuditEvents(record, options);
    expect(found.map(nameOf)).toEqual(["Query"]);
    expect(JSON.stringify(found)).not.toMatch(/"\s*"[,}]/);
    expect(found.flatMap(brokenRules)).toEqual([]);
    await blank.close();
  });

  it("name patients and users as the FHIR server does, if told how", async () => {
    const { records } = await trail.query({ requestId: "r-1" });
    const [event] = records.flatMap((record) =>
      toAuditEvents(record, {
        ...options,
        patient: (subject) => ({ reference: `Patient/${subject}` }),
        userSystem: "https://portal.example.org/users",
      }),
    );
    expect(event?.entity[0]?.what).toEqual({ reference: "Patient/ada" });
    expect(event?.agent[2]?.who.identifier?.system).toBe("https://portal.example.org/users");
    expect(event === undefined ? [] : brokenRules(event)).toEqual([]);
  });
});
