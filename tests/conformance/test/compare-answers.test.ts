import { describe, expect, it } from "vitest";
import { differenceOf, expectedAnswer } from "../src/compare-answers.ts";
import type { Answer, ConformanceCase } from "../src/conformance-case.ts";
import type { ConformanceTarget } from "../src/target.ts";

const builder: ConformanceTarget = {
  name: "builder",
  answers: "exact",
  postgresMajor: 18,
  client: () => Promise.reject(new Error("not used here")),
};

const ok: Answer = {
  success: true,
  data: [{ id: 1 }],
  error: null,
  count: null,
  status: 200,
  statusText: "OK",
};

function recorded(result: Answer, exact?: Answer): ConformanceCase {
  const base = { id: "x/y", claims: { role: "service_role" }, chain: [["from", "t"]] as const, result };
  return exact === undefined ? base : { ...base, exact };
}

function failed(code: string, message: string): Answer {
  const error = { code, message, details: null, hint: null };
  return { ...ok, success: false, data: null, error, status: 400, statusText: "Bad Request" };
}

describe("differenceOf", () => {
  it("is undefined for an equal answer, and names each field that differs", () => {
    expect(differenceOf(recorded(ok), structuredClone(ok), builder)).toBeUndefined();
    expect(differenceOf(recorded(ok), { ...ok, status: 206 }, builder)).toBe("status 206, expected 200");
    expect(differenceOf(recorded(ok), { ...ok, statusText: "" }, builder)).toBe(
      'statusText "", expected "OK"',
    );
    expect(differenceOf(recorded(ok), { ...ok, success: undefined }, builder)).toContain("success");
    expect(differenceOf(recorded(ok), { ...ok, count: Number.NaN }, builder)).toContain("count");
    expect(differenceOf(recorded(ok), { ...ok, data: [{ id: "1" }] }, builder)).toBe("data differs");
    expect(differenceOf(recorded(ok), undefined, builder)).toContain("undefined");
  });

  it("compares the four fields of an error", () => {
    const answer = failed("42703", 'column "a" does not exist');
    expect(differenceOf(recorded(answer), structuredClone(answer), builder)).toBeUndefined();
    expect(differenceOf(recorded(answer), failed("42703", "other"), builder)).toBe(
      "error 42703: message differs",
    );
    expect(differenceOf(recorded(answer), failed("42P01", "x"), builder)).toContain(
      "error 42P01, expected 42703",
    );
    expect(differenceOf(recorded(answer), ok, builder)).toBe("no error, expected 42703");
    expect(differenceOf(recorded(ok), answer, builder)).toBe(
      "unexpected error 42703: column … does not exist",
    );
  });

  it("compares only code and status of a syntax error", () => {
    const expected = recorded(failed("PGRST100", "a parser's words"));
    expect(differenceOf(expected, failed("PGRST100", "other words"), builder)).toBeUndefined();
    expect(differenceOf(expected, { ...failed("PGRST100", ""), status: 500 }, builder)).toContain("status");
  });

  it("lets another PostgreSQL word its own messages differently, but not ours or a function's", () => {
    const older = { ...builder, postgresMajor: 14 };
    expect(differenceOf(recorded(failed("42703", "one")), failed("42703", "two"), older)).toBeUndefined();
    expect(differenceOf(recorded(failed("PGRST204", "one")), failed("PGRST204", "two"), older)).toContain(
      "message",
    );
    expect(differenceOf(recorded(failed("P0001", "one")), failed("P0001", "two"), older)).toContain(
      "message",
    );
  });
});

describe("expectedAnswer", () => {
  it("is exact for a client that loses nothing, and result for the real client", () => {
    const exact = { ...ok, data: [] };
    expect(expectedAnswer(recorded(ok, exact), builder)).toBe(exact);
    expect(expectedAnswer(recorded(ok, exact), { ...builder, answers: "result" })).toBe(ok);
    expect(expectedAnswer(recorded(ok), builder)).toBe(ok);
  });
});
