import type { ChainStep } from "./conformance-case.ts";
import { lineDiff } from "./line-diff.ts";
import type { CaseOutcome } from "./run-conformance.ts";

/** One case in full: the call, what was recorded, and when it fails what came instead and the lines that differ. */
export function showCase(outcome: CaseOutcome): string {
  const { id, claims, chain } = outcome.case;
  const expected = pretty(outcome.expected);
  const parts = [
    `${id}  (${Object.values(claims).join(" ")})`,
    `  client${chain.map(callText).join("\n    ")}`,
    `expected\n${indent(expected)}`,
  ];
  if ("got" in outcome && outcome.failure !== undefined) {
    const got = pretty(outcome.got);
    parts.push(`got\n${indent(got)}`, `- expected, + got\n${lineDiff(expected, got).join("\n")}`);
  }
  parts.push(outcome.failure === undefined ? "passes" : `fails: ${outcome.failure}`);
  return parts.join("\n\n");
}

function callText([method, ...args]: ChainStep): string {
  return `.${method}(${args.map((argument) => JSON.stringify(argument)).join(", ")})`;
}

function pretty(value: unknown): string {
  return JSON.stringify(sortKeys(value), null, 2) ?? String(value);
}

/** So that a different order of keys, which is no difference, does not show as one. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  );
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
