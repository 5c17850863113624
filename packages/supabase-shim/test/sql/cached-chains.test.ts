import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PostgrestClient, SharedHeaders } from "../../src/client/index.ts";
import { ClientAccess } from "../../src/identity/index.ts";
import { createPipeline, type Pipeline } from "../../src/pipeline.ts";
import { runCall } from "../../src/run-call.ts";
import { ShapeCache } from "../../src/sql/index.ts";
import { HOSPITAL } from "../hospital.ts";
import type { SentStatement } from "../statement-log.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

/** `[method, …arguments]` */
type Step = readonly [method: string, ...args: readonly unknown[]];

/** What a program does with its builders, one after the other. */
type Move =
  | { readonly kind: "begin"; readonly builder: number; readonly chain: readonly Step[] }
  | { readonly kind: "step"; readonly builder: number; readonly step: Step }
  | { readonly kind: "await"; readonly builder: number };

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom("Ada", "1", "'; --", "{a,b}", '"\\', "null", "a),or(b", "%", "*"),
);

/** What an application may pass, on purpose or not. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.integer({ min: -5, max: 50 }),
  fc.boolean(),
  fc.bigInt({ min: -9n, max: 9n }),
  fc.constantFrom<unknown>(null, undefined, Number.NaN, new Date(0), {}, [], [null], [[1], [2]]),
  fc.array(fc.oneof(text, fc.integer(), fc.constant(null)), { maxLength: 4 }),
  fc.dictionary(fc.constantFrom("langs", "office"), text, { maxKeys: 2 }),
);

/** Few, so that chains of one shape, and of shapes that hardly differ, meet. */
const column = fc.constantFrom("name", "grade", "tags", "profile->>office");

const steps: readonly fc.Arbitrary<Step>[] = [
  fc.tuple(fc.constantFrom("eq", "neq", "gt", "lte", "like", "isDistinct"), column, value),
  fc.tuple(fc.constantFrom("in", "notIn", "contains", "overlaps", "likeAnyOf"), column, value),
  fc.tuple(
    fc.constant("is"),
    column,
    fc.constantFrom<unknown>(null, true, false, "not_null", "unknown", undefined),
  ),
  fc.tuple(fc.constant("not"), column, fc.constantFrom("eq", "in", "is"), value),
  fc.tuple(fc.constant("match"), fc.record({ name: value, grade: value }, { requiredKeys: [] })),
  fc.tuple(
    fc.constant("or"),
    fc.constantFrom("id.eq.1,name.like.A*", "and(id.gt.0,id.lt.3),grade.is.null", "("),
  ),
  fc.tuple(
    fc.constant("order"),
    fc.constantFrom("id", "name", "grade"),
    fc.record({ ascending: fc.boolean(), nullsFirst: fc.boolean() }, { requiredKeys: [] }),
  ),
  fc.tuple(fc.constant("limit"), fc.constantFrom<unknown>(0, 1, 2, 3, undefined, -1)),
  fc.tuple(fc.constant("range"), fc.nat(3), fc.nat(5)),
  fc.tuple(fc.constant("select"), fc.constantFrom("id", "id, name", "*, clinics(name)")),
  fc.constantFrom<Step>(["single"], ["maybeSingle"], ["csv"], ["stripNulls"]),
];
const step = fc.oneof(...steps);
/** Two of one kind, which often differ in a value, or in just one thing that is none. */
const alike = fc.oneof(...steps.map((each) => fc.tuple(each, each)));

const begin: fc.Arbitrary<readonly Step[]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom("id", undefined, "name, clinics(name)"),
        fc.constantFrom<object | undefined>(
          undefined,
          undefined,
          { count: "exact" },
          { head: true, count: "exact" },
        ),
      )
      .map(([columns, options]): Step[] => [
        ["from", "doctors"],
        ["select", columns, options],
      ]),
  },
  fc
    .record({ grade: value, bio: value }, { requiredKeys: [] })
    .map((values): Step[] => [["from", "doctors"], ["update", values], ["eq", "id", 1], ["rollback"]]),
  fc
    .array(fc.record({ id: fc.integer({ min: 1, max: 60 }), name: value }), { maxLength: 3 })
    .map((rows): Step[] => [["from", "rooms"], ["insert", rows], ["rollback"]]),
  fc.tuple(value, value, fc.boolean()).map(([a, b, get]): Step[] => [["rpc", "add", { a, b }, { get }]]),
);

const builder = fc.nat(2);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("begin" as const), builder, chain: begin }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("step" as const), builder, step }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("await" as const), builder }) },
);

let database: TestDatabase;
/** Keeps every shape of the whole run. */
let cached: Pipeline;
/** The same, but that it keeps none: every call is planned and compiled. */
let uncached: Pipeline;

beforeAll(async () => {
  database = await testDatabase(HOSPITAL, { max: 1 });
  cached = createPipeline(database.log.database, {
    exposedSchemas: ["public"],
    aggregatesEnabled: true,
    audit: false,
    watch: false,
  });
  await cached.schemaCache.current();
  uncached = { ...cached, shapes: new ShapeCache(0) };
});

afterAll(() => database.close());

type Builder = object & PromiseLike<unknown>;

/** Builders that a program holds, and all that it sends and is answered. */
async function outcomesOf(pipeline: Pipeline, moves: readonly Move[]): Promise<readonly unknown[]> {
  const access = new ClientAccess({});
  const client = new PostgrestClient({
    run: (call) => runCall({ pipeline, access, bigint: "number" }, call),
    headers: SharedHeaders.of(undefined),
  });
  const builders = new Map<number, Builder>();
  const outcomes: unknown[] = [];
  for (const each of moves) {
    if (each.kind === "begin") {
      builders.set(each.builder, each.chain.reduce<object>(taken, client) as Builder);
      continue;
    }
    const held = builders.get(each.builder);
    if (held === undefined) continue;
    if (each.kind === "step") {
      const next = attempted(() => taken(held, each.step));
      if (next instanceof Error) outcomes.push(next.message);
      else builders.set(each.builder, next as Builder);
    } else {
      database.log.take();
      outcomes.push(await held);
      outcomes.push(statementsOf(database.log.take()));
    }
  }
  return outcomes;
}

/**
 * Those of the call itself. A statement that PostgreSQL refuses may have the catalog read anew, in a transaction of its
 * own, at most once in a second: that depends on the clock and not on the call.
 */
function statementsOf(sent: readonly SentStatement[]): readonly unknown[] {
  return sent
    .filter(({ on }) => on !== "transaction")
    .map(({ on, text: sql, values }) => ({ on, sql, values }));
}

function taken(on: object, [method, ...args]: Step): object {
  const call: unknown = (on as Record<string, unknown>)[method];
  // What a call of a function or a mutation does not offer is left out of the program.
  return typeof call === "function" ? (call.apply(on, [...args]) as object) : on;
}

/** Some steps throw at once, such as `stripNulls()` after `csv()`. */
function attempted(take: () => object): object {
  try {
    return take();
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

test("any program of builders is answered from the cache as it is without one, by the same statements", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 2, maxLength: 10 }), async (moves) => {
      const planned = await outcomesOf(uncached, moves);
      // Twice: the second time every shape is there.
      expect(await outcomesOf(cached, moves)).toEqual(planned);
      expect(await outcomesOf(cached, moves)).toEqual(planned);
    }),
    { numRuns: 300 },
  );
  expect(uncached.shapes.size).toBe(0);
  expect(cached.shapes.size).toBeGreaterThan(20);
}, 60_000);

test("chains that differ in one step are told apart as far as their statements are", async () => {
  const before = fc.array(step, { maxLength: 1 });
  await fc.assert(
    fc.asyncProperty(begin, before, alike, async (chain, between, [one, other]) => {
      const program = (last: Step): Move[] => [
        { kind: "begin", builder: 0, chain },
        ...[...between, last].map((each): Move => ({ kind: "step", builder: 0, step: each })),
        { kind: "await", builder: 0 },
      ];
      const moves = [one, other, one].flatMap(program);
      expect(await outcomesOf(cached, moves)).toEqual(await outcomesOf(uncached, moves));
    }),
    { numRuns: 300 },
  );
}, 60_000);
