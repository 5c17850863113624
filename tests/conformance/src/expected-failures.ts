import { readFile, writeFile } from "node:fs/promises";
import type { CaseOutcome } from "./run-conformance.ts";
import type { TargetName } from "./with-target.ts";

/** Cases that do not pass yet, for one reason. */
export interface ExpectedFailures {
  readonly reason: string;
  readonly cases: readonly string[];
}

/** How the outcomes and the list disagree; both empty when they agree. */
export interface Disagreement {
  /** Listed, and passes: the list is out of date. */
  readonly nowPassing: readonly string[];
  /** Not listed, and fails: something broke. */
  readonly nowFailing: readonly CaseOutcome[];
  /** Listed, and not among the recorded cases. */
  readonly unknown: readonly string[];
}

const listFile: URL = new URL("../expected-failures.json", import.meta.url);

type Lists = Readonly<Record<TargetName, readonly ExpectedFailures[]>>;

async function loadLists(): Promise<Lists> {
  return JSON.parse(await readFile(listFile, "utf8")) as Lists;
}

export async function loadExpectedFailures(target: TargetName): Promise<readonly ExpectedFailures[]> {
  return (await loadLists())[target];
}

export async function saveExpectedFailures(
  target: TargetName,
  list: readonly ExpectedFailures[],
): Promise<void> {
  const lists = { ...(await loadLists()), [target]: list };
  await writeFile(listFile, `${JSON.stringify(lists, null, 2)}\n`);
}

/** Compares a whole run with the list. */
export function disagreement(
  outcomes: readonly CaseOutcome[],
  list: readonly ExpectedFailures[],
): Disagreement {
  const listed = new Set(list.flatMap(({ cases }) => cases));
  const known = new Set(outcomes.map((outcome) => outcome.case.id));
  return {
    nowPassing: outcomes.filter((each) => each.failure === undefined && listed.has(each.case.id)).map(idOf),
    nowFailing: outcomes.filter((each) => each.failure !== undefined && !listed.has(each.case.id)),
    unknown: [...listed].filter((id) => !known.has(id)),
  };
}

/** The list that agrees with a whole run: reasons already given stay, other failures are grouped by their difference. */
export function updatedList(
  outcomes: readonly CaseOutcome[],
  list: readonly ExpectedFailures[],
): readonly ExpectedFailures[] {
  const given = new Map(list.flatMap(({ reason, cases }) => cases.map((id) => [id, reason] as const)));
  const byReason = new Map<string, string[]>(list.map(({ reason }) => [reason, []]));
  for (const outcome of outcomes) {
    if (outcome.failure === undefined) continue;
    const reason = given.get(outcome.case.id) ?? outcome.failure;
    byReason.set(reason, [...(byReason.get(reason) ?? []), outcome.case.id]);
  }
  return [...byReason].filter(([, cases]) => cases.length > 0).map(([reason, cases]) => ({ reason, cases }));
}

function idOf(outcome: CaseOutcome): string {
  return outcome.case.id;
}
