import type { Actor } from "@offramp/audit";
import type * as clinicApp from "./clinic-app.ts";
import type { SampleData } from "./sample-data.ts";

type Clinic = typeof clinicApp;

/** One of the application's functions and what it is called with. */
type Call = {
  [Name in keyof Clinic]: { readonly name: Name; readonly args: Parameters<Clinic[Name]> };
}[keyof Clinic];

/** What every call of the application resolves to. */
export interface Answer {
  readonly data: unknown;
  readonly error: unknown;
  readonly count: number | null;
  readonly status: number;
  readonly statusText: string;
}

/** A call, who makes it, and how it must end. */
export interface Visit {
  readonly title: string;
  readonly actor: Actor;
  readonly call: Call;
  /** Set where the call is meant to fail: errors come back as data. */
  readonly expectedError?: string;
}

const clinician: Actor = {
  id: "lena.ortiz",
  role: "clinician",
  purposeOfUse: "TREAT",
  ip: "192.0.2.14",
  userAgent: "ClinicWeb/4.2",
};
const frontDesk: Actor = { id: "sam.brook", role: "front desk", purposeOfUse: "HOPERAT", ip: "192.0.2.31" };
const billing: Actor = { id: "ana.weiss", role: "billing", purposeOfUse: "HPAYMT", ip: "192.0.2.77" };

/** A morning at the clinic. The patients are taken from the sample data, so every run makes the same calls. */
export function morning(data: SampleData): readonly Visit[] {
  const [patient, other] = subscribedPatients(data);
  const report = reportOf(data, other.id);
  return [
    visit("Patients with an active subscription", frontDesk, { name: "activePatients", args: [] }),
    visit("One patient's chart", clinician, { name: "patientChart", args: [patient.id] }),
    visit("Search, second page", frontDesk, { name: "searchPatients", args: ["an", 1] }),
    visit("The fittest patients", clinician, { name: "fittestPatients", args: [] }),
    visit("How many tests since 2025", clinician, { name: "countTestsSince", args: ["2025-01-01"] }),
    visit("A new test result", clinician, { name: "recordTest", args: [patient.id] }),
    visit("The latest report, if there is one", clinician, { name: "latestReport", args: [patient.id] }),
    visit("A report is withdrawn", clinician, { name: "deleteReport", args: [report.id] }),
    visit("A corrected name", frontDesk, {
      name: "savePatient",
      args: [patient.email, `${patient.full_name}-Reyes`],
    }),
    visit("An upgraded subscription", billing, { name: "upgradeSubscription", args: [patient.id] }),
    {
      ...visit("A patient who is registered already", frontDesk, {
        name: "registerPatient",
        args: [other.email, other.full_name],
      }),
      expectedError: "23505",
    },
    {
      ...visit("A column that does not exist", frontDesk, { name: "bloodTypes", args: [] }),
      expectedError: "42703",
    },
  ].map((each, index) => ({ ...each, actor: { ...each.actor, requestId: `req-${index + 1}` } }));
}

export async function make(clinic: Clinic, { name, args }: Call): Promise<Answer> {
  const method = clinic[name] as (...given: readonly unknown[]) => Promise<Answer>;
  return method(...args);
}

function visit(title: string, actor: Actor, call: Call): Visit {
  return { title, actor, call };
}

type Patient = SampleData["profiles"][number];

function subscribedPatients(data: SampleData): readonly [Patient, Patient] {
  const [one, other] = data.profiles.filter(
    ({ id }) =>
      data.subscriptions.some(({ user_id, status }) => user_id === id && status === "active") &&
      data.reports.some((report) => report.user_id === id) &&
      data.metabolicTests.filter((test) => test.user_id === id).length >= 2,
  );
  if (one === undefined || other === undefined) {
    throw new Error("The sample data has too few subscribed patients with tests and reports.");
  }
  return [one, other];
}

function reportOf(data: SampleData, patientId: string): SampleData["reports"][number] {
  const report = data.reports.find((each) => each.user_id === patientId);
  if (report === undefined) throw new Error("The sample data has no report for this patient.");
  return report;
}
