import type { Database, Row } from "@offramp/db";
import type { CallKind, Entry } from "./journal.ts";

export interface Finding {
  /**
   * `unrecorded`: data was shown or changed without a record. `false record`: a record of what did not happen, or of
   * one thing twice. `lost`: a client was told of a commit that is not there.
   */
  readonly kind: "unrecorded" | "false record" | "lost";
  readonly what: string;
}

export interface Reckoning {
  readonly calls: number;
  readonly answered: number;
  /** By the name of the door. */
  readonly answeredBy: Readonly<Record<string, number>>;
  readonly records: number;
  readonly findings: readonly Finding[];
}

interface Recorded {
  readonly action: string;
  readonly outcome: string;
  readonly call: string;
  /** The keys of the rows. */
  readonly patients: readonly string[];
  readonly subjects: ReadonlySet<string>;
}

/** Compares what clients were told, what the witness saw, and what the trail says. */
export async function reckon(db: Database, journal: readonly Entry[]): Promise<Reckoning> {
  const records = (
    await db.query({
      text: `select action, outcome, coalesce(request_id, '') as call, to_json(subjects) as subjects,
          coalesce(record_keys -> 'public.profiles', '[]') as patients
        from audit.phi_access_log`,
    })
  ).map(recorded);
  const changes = new Set(
    (await db.query({ text: "select action, patient, coalesce(call, '') as call from witness" })).map((row) =>
      change(text(row, "action"), text(row, "patient"), text(row, "call")),
    ),
  );
  const answers = journal.filter((entry) => entry.at === "answered");
  const begun = new Map(
    journal.flatMap((entry) => (entry.at === "begun" ? [[entry.call, entry] as const] : [])),
  );
  return {
    calls: begun.size,
    answered: answers.length,
    answeredBy: countByDoor(answers, begun),
    records: records.length,
    findings: [
      ...unrecordedAnswers(answers, records),
      ...lostChanges(journal, changes),
      ...compareChanges(
        changes,
        records.map((record) => asCalled(record, begun.get(record.call)?.kind)),
      ),
      ...inventedCalls(begun, records),
    ],
  };
}

/**
 * What reached a client is in a record that names its call and its patients, even if it was rolled back later or its
 * client died inside a transaction.
 */
function unrecordedAnswers(
  answers: readonly Extract<Entry, { at: "answered" }>[],
  records: readonly Recorded[],
): Finding[] {
  const byCall = new Map<string, Recorded[]>();
  for (const record of records) byCall.set(record.call, [...(byCall.get(record.call) ?? []), record]);
  return answers
    .filter(
      ({ call, patients }) =>
        !byCall
          .get(call)
          ?.some(
            ({ outcome, subjects }) => outcome === "success" && patients.every((id) => subjects.has(id)),
          ),
    )
    .map(({ call, kind, within }) => ({
      kind: "unrecorded",
      what: `the answer of ${kind} ${call}${within === undefined ? "" : ` in transaction ${within}`}`,
    }));
}

/** The record of a function's call says that it was executed; what the function does is the caller's to know. */
function asCalled(record: Recorded, kind: CallKind | undefined): Recorded {
  return record.action === "EXECUTE" && kind !== undefined ? { ...record, action: kind } : record;
}

function countByDoor(
  answers: readonly { readonly call: string }[],
  begun: ReadonlyMap<string, { readonly door: string }>,
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { call } of answers) {
    const door = begun.get(call)?.door ?? "unknown";
    counts[door] = (counts[door] ?? 0) + 1;
  }
  return counts;
}

function lostChanges(journal: readonly Entry[], changes: ReadonlySet<string>): Finding[] {
  const committed = new Set(
    journal.flatMap((entry) => (entry.at === "committed" ? [entry.transaction] : [])),
  );
  const findings: Finding[] = [];
  for (const entry of journal) {
    if (entry.at !== "answered" || entry.kind === "READ") continue;
    if (entry.within !== undefined && !committed.has(entry.within)) continue;
    for (const patient of entry.patients) {
      if (!changes.has(change(entry.kind, patient, entry.call)))
        findings.push({ kind: "lost", what: `${entry.kind} of ${patient} by ${entry.call}` });
    }
  }
  return findings;
}

/** Each change that the witness saw has one record, and each record of a change was seen. */
function compareChanges(changes: ReadonlySet<string>, records: readonly Recorded[]): Finding[] {
  const findings: Finding[] = [];
  const said = new Set<string>();
  for (const { action, outcome, call, patients } of records) {
    if (action === "READ" || outcome !== "success") continue;
    for (const patient of patients) {
      const one = change(action, patient, call);
      if (!changes.has(one)) findings.push({ kind: "false record", what: `${one}, which nobody saw` });
      else if (said.has(one)) findings.push({ kind: "false record", what: `${one}, twice` });
      said.add(one);
    }
  }
  for (const one of changes) {
    if (!said.has(one)) findings.push({ kind: "unrecorded", what: one });
  }
  return findings;
}

function inventedCalls(begun: ReadonlyMap<string, unknown>, records: readonly Recorded[]): Finding[] {
  return records
    .filter(({ call }) => !begun.has(call))
    .map(({ action, call }) => ({ kind: "false record", what: `${action} ${call}, which was not called` }));
}

/** A deleted row cannot carry the name of the call that deletes it; its id is deleted once. */
function change(action: string, patient: string, call: string): string {
  return action === "DELETE" ? `DELETE of ${patient}` : `${action} of ${patient} by ${call}`;
}

function recorded(row: Row): Recorded {
  return {
    action: text(row, "action"),
    outcome: text(row, "outcome"),
    call: text(row, "call"),
    patients: JSON.parse(text(row, "patients")) as readonly string[],
    subjects: new Set(JSON.parse(text(row, "subjects")) as readonly string[]),
  };
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (value === null || value === undefined) throw new Error(`The reckoning read no ${column}.`);
  return value;
}
