import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CALLS } from "./calls.ts";
import { HARBOUR } from "./harbour.ts";
import { READS } from "./reads.ts";
import { openTwoDoors, type TwoDoors } from "./two-doors.ts";
import { WRITES } from "./writes.ts";

let doors: TwoDoors;

beforeAll(async () => {
  const claims = { role: "harbour_clerk", sub: "00000000-0000-4000-8000-000000000001" };
  doors = await openTwoDoors(HARBOUR, claims, ["public", "yard"]);
});

afterAll(() => doors.close());

describe.each([
  ["reading", READS],
  ["calling", CALLS],
  ["writing", WRITES],
])("%s answers as supabase-js does in front of the HTTP door", (_name, chains) => {
  test.each(chains.map((chain) => [JSON.stringify(chain), chain] as const))("%s", async (_text, chain) => {
    const { builder, wire } = await doors.ask(chain);
    expect(builder).toEqual(wire);
  });
});
