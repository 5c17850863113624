import { beforeAll, describe, expect, it } from "vitest";
import { loadCases } from "../src/conformance-case.ts";
import { disagreement, loadExpectedFailures, type Disagreement } from "../src/expected-failures.ts";
import { runConformance, type CaseOutcome } from "../src/run-conformance.ts";
import { targetNames, withTarget } from "../src/with-target.ts";

describe.each(targetNames)("%s against the recorded answers", (name) => {
  let outcomes: readonly CaseOutcome[];
  let found: Disagreement;

  beforeAll(async () => {
    outcomes = await withTarget(name, (target) => runConformance(target));
    found = disagreement(outcomes, await loadExpectedFailures(name));
  });

  it("runs every recorded case", async () => {
    expect(outcomes).toHaveLength((await loadCases()).length);
  });

  it("fails no case that expected-failures.json does not list", () => {
    expect(found.nowFailing.map((outcome) => `${outcome.case.id}: ${outcome.failure ?? ""}`)).toEqual([]);
  });

  it("passes no case that is listed as failing; to take it off the list: pnpm conformance --update-list", () => {
    expect(found.nowPassing).toEqual([]);
    expect(found.unknown).toEqual([]);
  });

  it("gives the same answers when the cases are replayed once more on one database", async () => {
    const twice = await withTarget(name, async (target) => {
      const first = await runConformance(target);
      const second = await runConformance(target);
      return [first, second].map((run) => run.map((outcome) => outcome.failure));
    });
    expect(twice[1]).toEqual(twice[0]);
  });
});
