import { describe, expect, it } from "vitest";
import { loadCases } from "../src/conformance-case.ts";
import { runConformance } from "../src/run-conformance.ts";
import type { ConformanceTarget } from "../src/target.ts";

/** A client that knows each case's answer: any method of any chain leads to it. */
function oracle(answers: "exact" | "result"): ConformanceTarget {
  return {
    name: "oracle",
    answers,
    postgresMajor: 18,
    client: async (conformanceCase) => {
      const answer =
        answers === "exact" ? (conformanceCase.exact ?? conformanceCase.result) : conformanceCase.result;
      const client: object = new Proxy(
        {},
        {
          get: (_, method) =>
            method === "then"
              ? (resolve: (value: unknown) => void) => resolve(structuredClone(answer))
              : () => client,
        },
      );
      return { client, dispose: async () => {} };
    },
  };
}

describe("runConformance", () => {
  it("passes every recorded case for a client that gives the recorded answers", async () => {
    const cases = await loadCases();
    expect(cases).toHaveLength(515);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(515);
    for (const answers of ["exact", "result"] as const) {
      const outcomes = await runConformance(oracle(answers));
      expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([]);
    }
  });

  it("fails the six cases that carry an exact answer when the other answer is given", async () => {
    const outcomes = await runConformance({ ...oracle("result"), answers: "exact" });
    const failing = outcomes.filter(({ failure }) => failure !== undefined).map((outcome) => outcome.case.id);
    expect(failing).toHaveLength(6);
    expect(failing).toContain("count/head-error");
  });

  it("counts a throw, a missing method and a client that cannot be had as failures, and disposes of the client", async () => {
    const [first] = await loadCases();
    if (first === undefined) throw new Error("there are no cases");
    let disposed = 0;
    const target = (client: object): ConformanceTarget => ({
      ...oracle("exact"),
      client: async () => ({ client, dispose: async () => void (disposed += 1) }),
    });
    const failureOf = async (judged: ConformanceTarget): Promise<string | undefined> =>
      (await runConformance(judged, [first]))[0]?.failure;
    expect(await failureOf(target({ from: () => ({}) }))).toContain("select()");
    expect(
      await failureOf(
        target({
          from: () => {
            throw new TypeError("boom");
          },
        }),
      ),
    ).toBe("threw TypeError: boom");
    expect(disposed).toBe(2);
    const refused = {
      ...oracle("exact"),
      client: () => Promise.reject(new Error("no such role")),
    };
    expect(await failureOf(refused)).toBe("threw Error: no such role");
  });
});
