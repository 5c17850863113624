import { describe, expect, it } from "vitest";
import type { Answer } from "../src/conformance-case.ts";
import { disagreement, updatedList } from "../src/expected-failures.ts";
import type { CaseOutcome } from "../src/run-conformance.ts";

const answer: Answer = { success: true, data: null, error: null, count: null, status: 200, statusText: "OK" };

function outcome(id: string, failure?: string): CaseOutcome {
  const common = {
    case: { id, claims: { role: "service_role" }, chain: [], result: answer },
    expected: answer,
  };
  return failure === undefined ? common : { ...common, failure };
}

const list = [
  { reason: "csv comes later", cases: ["csv/basic", "csv/empty"] },
  { reason: "old", cases: ["gone"] },
];

describe("the list of expected failures", () => {
  it("agrees when exactly the listed cases fail", () => {
    const outcomes = [
      outcome("a/ok"),
      outcome("csv/basic", "x"),
      outcome("csv/empty", "x"),
      outcome("gone", "x"),
    ];
    expect(disagreement(outcomes, list)).toEqual({ nowPassing: [], nowFailing: [], unknown: [] });
  });

  it("names a listed case that passes, an unlisted one that fails, and a listed one that does not exist", () => {
    const broken = outcome("a/broken", "status 500, expected 200");
    const outcomes = [broken, outcome("csv/basic"), outcome("csv/empty", "x")];
    expect(disagreement(outcomes, list)).toEqual({
      nowPassing: ["csv/basic"],
      nowFailing: [broken],
      unknown: ["gone"],
    });
  });

  it("is updated by keeping given reasons, dropping what passes, and grouping the rest by its difference", () => {
    const outcomes = [
      outcome("csv/basic", "data differs"),
      outcome("csv/empty"),
      outcome("n/1", "data differs"),
      outcome("n/2", "status 206, expected 200"),
      outcome("n/3", "data differs"),
    ];
    expect(updatedList(outcomes, list)).toEqual([
      { reason: "csv comes later", cases: ["csv/basic"] },
      { reason: "data differs", cases: ["n/1", "n/3"] },
      { reason: "status 206, expected 200", cases: ["n/2"] },
    ]);
  });
});
