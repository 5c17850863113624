import { expect, test } from "vitest";
import { killTest } from "../src/audit/kill/kill-test.ts";

test("the trail is complete and true after kills, an ended session and a crash of the server", async () => {
  const { answeredBy, findings } = await killTest({
    seed: 7,
    clientKills: 4,
    serverCrashes: 1,
    sessionEnds: 1,
  });
  expect(Object.keys(answeredBy).toSorted()).toEqual(["builder", "drizzle", "http", "rpc"]);
  expect(findings).toEqual([]);
});
