import { parseArgs } from "node:util";
import { groupOf, loadCases, type ConformanceCase } from "./conformance-case.ts";
import {
  disagreement,
  loadExpectedFailures,
  saveExpectedFailures,
  updatedList,
  type Disagreement,
} from "./expected-failures.ts";
import { groupTable, totalLine } from "./group-table.ts";
import { runConformance, type CaseOutcome } from "./run-conformance.ts";
import { showCase } from "./show-case.ts";
import { targetNames, withTarget } from "./with-target.ts";

const usage = `pnpm conformance                      run every case; passes by group for each door, and the totals
pnpm conformance --group <name>       the cases of one group
pnpm conformance --case <group/name>  one case in full
pnpm conformance --update-list        write expected-failures.json anew`;

/** Exit code: 0 when the outcomes agree with the list (or, for chosen cases, when they pass). */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      case: { type: "string", multiple: true },
      group: { type: "string", multiple: true },
      "update-list": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const all = await loadCases();
  if (values.case !== undefined) return runChosen(chosen(all, "case", values.case), showCase);
  if (values.group !== undefined) return runChosen(chosen(all, "group", values.group), outcomeLine);
  const totals: string[] = [];
  let agreed = true;
  for (const name of targetNames) {
    const outcomes = await withTarget(name, (target) => runConformance(target, all));
    console.log(`${name}\n${groupTable(outcomes)}\n`);
    const list = await loadExpectedFailures(name);
    const found = disagreement(outcomes, list);
    if (values["update-list"]) await saveExpectedFailures(name, updatedList(outcomes, list));
    else printDisagreement(found);
    agreed &&= values["update-list"] || agrees(found);
    totals.push(totalLine(name, outcomes));
  }
  console.log(totals.join(" "));
  return agreed ? 0 : 1;
}

async function runChosen(
  cases: readonly ConformanceCase[],
  show: (outcome: CaseOutcome) => string,
): Promise<number> {
  const totals: string[] = [];
  let passed = true;
  for (const name of targetNames) {
    const outcomes = await withTarget(name, (target) => runConformance(target, cases));
    console.log(`${name}\n${outcomes.map(show).join(show === showCase ? "\n\n" : "\n")}\n`);
    passed &&= outcomes.every((outcome) => outcome.failure === undefined);
    totals.push(totalLine(name, outcomes));
  }
  console.log(totals.join(" "));
  return passed ? 0 : 1;
}

function chosen(
  all: readonly ConformanceCase[],
  by: "case" | "group",
  names: readonly string[],
): readonly ConformanceCase[] {
  const nameOf = (each: ConformanceCase): string => (by === "case" ? each.id : groupOf(each.id));
  const unknown = names.filter((name) => !all.some((each) => nameOf(each) === name));
  if (unknown.length > 0)
    throw new Error(`There is no ${by} ${unknown.join(", ")}; tests/conformance/cases.json has them all.`);
  return all.filter((each) => names.includes(nameOf(each)));
}

function outcomeLine(outcome: CaseOutcome): string {
  return `${outcome.failure === undefined ? "pass" : "FAIL"}  ${outcome.case.id.padEnd(40)}  ${outcome.failure ?? ""}`.trimEnd();
}

function printDisagreement({ nowFailing, nowPassing, unknown }: Disagreement): void {
  for (const outcome of nowFailing)
    console.log(`fails, but is not listed: ${outcome.case.id}  ${outcome.failure ?? ""}`);
  for (const id of nowPassing) console.log(`passes, but is listed as failing: ${id}`);
  for (const id of unknown) console.log(`is listed, but is no case: ${id}`);
  if (nowPassing.length + unknown.length > 0)
    console.log("To bring the list up to date: pnpm conformance --update-list");
}

function agrees({ nowFailing, nowPassing, unknown }: Disagreement): boolean {
  return nowFailing.length + nowPassing.length + unknown.length === 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
