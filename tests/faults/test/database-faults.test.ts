import { expect, test } from "vitest";
import { runJobFault } from "../src/db/encryption/run-job-fault.ts";
import { FAULTS } from "../src/db/faults.ts";
import { reckon } from "../src/db/reckoning.ts";
import { runFault } from "../src/db/run-fault.ts";
import { JOB_FAULTS } from "../src/db/run-faults.ts";

test.each(
  FAULTS.filter(({ name }) =>
    /^(crash of the (server|replica)|failover|password rotated: pending|process frozen)/.test(name),
  ),
)("$name: nothing is lost, doubled or leaked", async (fault) => {
  const { calls, lost, doubled, leaked } = await runFault(fault);
  expect({ lost, doubled, leaked }).toEqual({ lost: 0, doubled: 0, leaked: 0 });
  expect(calls).toBeGreaterThan(10);
});

test.each(JOB_FAULTS)("$name: nothing is lost, written twice or left", async (fault) => {
  const { calls, lost, doubled, leaked, told } = await runJobFault(fault);
  expect({ lost, doubled, leaked, told }).toEqual({ lost: 0, doubled: 0, leaked: 0, told: [] });
  expect(calls).toBeGreaterThan(100);
});

test("what callers were told is held against the ledger", () => {
  const reckoning = reckon(
    {
      calls: 7,
      failedReads: ["lost"],
      longestGapMs: 1,
      writes: [
        { call: "there", told: "done" },
        { call: "missing", told: "done" },
        { call: "twice", told: "unknown" },
        { call: "maybe", told: "unknown" },
        { call: "denied", told: "no effect" },
        { call: "not there", told: "no effect" },
      ],
    },
    new Map([
      ["there", 1],
      ["twice", 2],
      ["denied", 1],
    ]),
  );
  expect(reckoning).toEqual({ calls: 7, lost: 2, doubled: 2, unknown: 2, longestGapMs: 1 });
});
