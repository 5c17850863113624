import * as fc from "fast-check";
import { expect, test } from "vitest";

import { asSent } from "./as-sent.ts";
import { madeByOurs, sentByTheirs, type Chain } from "./replay-chain.ts";
import { requestFromWire } from "./request-from-wire.ts";

type Step = Chain[number];

const column = fc.constantFrom("id", "full_name", "Open Hours", "data->a->>b", "data->0", "r.kind", "r.s.t");
const embed = fc.constantFrom({}, { referencedTable: "r" }, { foreignTable: "r.s" });

/** Any text that a URL can hold, from which nothing may leak into the filter. */
const text = fc.string({ unit: "grapheme" });
const hostile = fc.constantFrom(
  "eq.1",
  "not.is.null",
  "a),or(b",
  "&select=*",
  "'; --",
  '"\\',
  "{a,b}",
  "null",
);
const value = fc.oneof(
  text,
  hostile,
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
);
/** In a list supabase-js loses quotes, backslashes and outer spaces; these it keeps. */
const listed = fc.stringMatching(/^[a-zé0-9.:,()-]+$/);
const word = fc.stringMatching(/^[a-z0-9 %*_]+$/);

const comparison = fc.tuple(
  fc.constantFrom("eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "regexMatch", "regexIMatch"),
  column,
  value,
);
const range = fc.tuple(
  fc.constantFrom(
    "rangeGt",
    "rangeGte",
    "rangeLt",
    "rangeLte",
    "rangeAdjacent",
    "overlaps",
    "contains",
    "containedBy",
  ),
  column,
  text,
);
const list = fc.tuple(fc.constantFrom("in", "notIn"), column, fc.array(fc.oneof(listed, fc.integer())));
const patterns = fc.tuple(
  fc.constantFrom("likeAllOf", "likeAnyOf", "ilikeAllOf", "ilikeAnyOf"),
  column,
  fc.array(word, { minLength: 1 }),
);
const written = fc.tuple(
  fc.constantFrom("not", "filter"),
  column,
  fc.constantFrom("eq", "in", "is", "cs", "like(any)", "fts(english)", "nope"),
  fc.oneof(text, fc.constantFrom("(1,2)", "null", "{a,b}")),
);
const or = fc.tuple(
  fc.constant("or"),
  fc.oneof(text, fc.constant("a.eq.1,not.and(b.is.null,c.in.(1,2))")),
  embed,
);
const order = fc.tuple(
  fc.constant("order"),
  column,
  fc
    .tuple(embed, fc.record({ ascending: fc.boolean(), nullsFirst: fc.boolean() }, { requiredKeys: [] }))
    .map(([place, direction]) => ({ ...place, ...direction })),
);
const limit = fc.tuple(fc.constant("limit"), fc.integer({ min: -2, max: 99 }), embed);
const bounds = fc.tuple(fc.constant("range"), fc.nat(20), fc.nat(20), embed);
const plain = fc.constantFrom<Step>(
  ["single"],
  ["maybeSingle"],
  ["stripNulls"],
  ["geojson"],
  ["explain", { analyze: true }],
  ["rollback"],
  ["maxAffected", 3],
  ["select", "id, r ( kind )"],
  ["throwOnError"],
);
const step = fc.oneof(comparison, range, list, patterns, written, or, order, limit, bounds, plain);

const begin = fc.constantFrom<Chain>(
  [
    ["from", "t"],
    ["select", "id,r(kind,s(t))"],
  ],
  [
    ["from", "t"],
    ["select", "*", { count: "exact", head: true }],
  ],
  [
    ["from", "t"],
    ["update", { a: 1 }],
  ],
  [
    ["from", "t"],
    ["delete", { count: "planned" }],
  ],
  [
    ["from", "t"],
    ["upsert", [{ a: 1 }, { b: 2 }], { onConflict: "a" }],
  ],
  [
    ["schema", "billing"],
    ["rpc", "f", { a: [1] }],
  ],
);

test("a random chain makes the request that supabase's client sends", async () => {
  const chain = fc
    .tuple(begin, fc.array(step, { maxLength: 8 }))
    .map(([start, steps]) => [...start, ...steps]);
  await fc.assert(
    fc.asyncProperty(chain, async (steps) => {
      const [wire, call] = await Promise.all([sentByTheirs(steps), madeByOurs(steps)]);
      const theirs = requestFromWire(wire);
      const ours = call.request;
      // Of several mistakes in one chain, either side may tell another one first.
      expect(ours.ok && asSent(ours.value)).toEqual(theirs.ok && asSent(theirs.value));
    }),
    { numRuns: 500, seed: 20260801 },
  );
});
