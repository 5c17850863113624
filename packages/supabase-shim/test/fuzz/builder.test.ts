import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";
import { hostileText, mostly } from "./hostile-text.ts";

// Any text in any position of a call gives rows or a worded error, runs no SQL but ours, and leaves the
// connections usable. The seed is fixed, so that a failure is the same for everyone.
const RUNS = { numRuns: 1500, seed: 20_261_121 };

let clinic: ClinicDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  clinic = await clinicDatabase();
  await clinic.db.query({ text: "create table canary (secret text)" });
  await clinic.db.query({ text: "insert into canary values ('bird')" });
  await clinic.db.query({
    text: "create function shout(words text) returns text language sql immutable as $$ select upper(words) $$",
  });
  supabase = createClient(clinic.db, undefined, { db: { statementTimeout: 5000 } });
  await supabase
    .from("profiles")
    .insert([{ email: "a@example.org", full_name: "A" }, { email: "b@example.org" }]);
});

afterAll(() => clinic.close());

const value: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, new Date(0), {}, []),
  fc.array(hostileText, { maxLength: 3 }),
  fc.dictionary(hostileText, hostileText, { maxKeys: 2 }),
);

type Step = readonly [method: string, ...args: unknown[]];

const column = mostly("email", "full_name", "metabolic_tests.rmr", "mfa_secret->>a");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      "eq",
      "neq",
      "gt",
      "like",
      "ilike",
      "regexMatch",
      "contains",
      "overlaps",
      "rangeGt",
      "is",
      "isDistinct",
      "textSearch",
    ),
    column,
    value,
  ),
  fc.tuple(fc.constantFrom("in", "likeAnyOf", "ilikeAllOf"), column, fc.array(hostileText, { maxLength: 3 })),
  fc.tuple(
    fc.constantFrom("filter", "not"),
    column,
    mostly("eq", "in", "cs", "fts(english)", "like(any)"),
    value,
  ),
  fc.tuple(fc.constant("or"), hostileText),
  fc.tuple(fc.constant("order"), column),
  fc.tuple(fc.constant("order"), column, fc.record({ referencedTable: mostly("metabolic_tests") })),
  fc.tuple(
    fc.constant("limit"),
    fc.integer({ min: -2, max: 3 }),
    fc.record({ referencedTable: mostly("metabolic_tests") }),
  ),
  fc.tuple(fc.constantFrom("single", "maybeSingle", "csv", "explain")),
);

const start: fc.Arbitrary<readonly Step[]> = fc.oneof(
  fc.tuple(
    fc.tuple(
      fc.constant("from"),
      mostly("profiles", "metabolic_tests").filter((name) => name.trim() !== ""),
    ),
    fc.tuple(
      fc.constant("select"),
      mostly("*", "id, email, metabolic_tests(*)", "full_name, metabolic_tests!inner(rmr)"),
    ),
  ),
  fc.tuple(
    fc.tuple(fc.constant("from"), fc.constant("profiles")),
    fc.tuple(
      fc.constantFrom("insert", "update"),
      fc.dictionary(mostly("email", "full_name"), value, { maxKeys: 3 }),
    ),
    fc.tuple(fc.constant("eq"), fc.constant("email"), hostileText),
    fc.tuple(fc.constant("select"), mostly("*", "id, metabolic_tests(*)")),
  ),
  fc.tuple(
    fc.tuple(fc.constant("from"), fc.constant("profiles")),
    fc.tuple(
      fc.constant("upsert"),
      fc.dictionary(mostly("email", "full_name"), value, { maxKeys: 2 }),
      fc.record({ onConflict: mostly("email") }),
    ),
  ),
  fc.tuple(
    fc.tuple(fc.constant("rpc"), mostly("shout"), fc.dictionary(mostly("words"), value, { maxKeys: 2 })),
  ),
  fc.tuple(
    fc.tuple(fc.constant("schema"), mostly("public")),
    fc.tuple(fc.constant("from"), fc.constant("profiles")),
    fc.tuple(fc.constant("select"), fc.constant("id")),
  ),
) as fc.Arbitrary<readonly Step[]>;

/** A step's method may be missing after `single()` and the like: the types say so, and the chain ends there. */
function play(steps: readonly Step[]): PromiseLike<unknown> {
  let builder: unknown = supabase;
  for (const [method, ...args] of steps) {
    const target = builder as Record<string, ((...given: unknown[]) => unknown) | undefined>;
    if (typeof target[method] !== "function") break;
    builder = target[method](...args);
  }
  return builder as PromiseLike<unknown>;
}

interface Answer {
  readonly status: number;
  readonly error: Readonly<Record<string, unknown>> | null;
}

/** A defect of ours, a lost connection, or a statement that the protocol or the parser could not take. */
const OURS = /^(OFF000|PGRST000|26000|08P01|42P02|42P18)$/;

/** What is wrong with an answer; undefined when it has rows or a worded error. */
function defectOf({ status, error }: Answer): string | undefined {
  if (status < 200) return `status ${status}`;
  if (error === null) return undefined;
  const { code, message } = error;
  if (Object.keys(error).toSorted().join() !== "code,details,hint,message")
    return "other fields than an error has";
  if (typeof message !== "string" || message === "") return "no message";
  if (OURS.test(String(code))) return `${String(code)} ${message}`;
  // A syntax error is a tsquery's, or an empty name's; any other would be SQL that a text got into.
  return code === "42601" && !/tsquery|zero-length/.test(message) ? message : undefined;
}

test("any text in any position gives rows or a worded error", async () => {
  await fc.assert(
    fc.asyncProperty(start, fc.array(step, { maxLength: 4 }), async (first, rest) => {
      expect(defectOf((await play([...first, ...rest])) as Answer)).toBeUndefined();
    }),
    RUNS,
  );
  expect(await clinic.column("select secret from canary")).toEqual(["bird"]);
  expect(
    await clinic.column(
      "select count(*)::text from pg_stat_activity where state = 'idle in transaction' and datname = current_database()",
    ),
  ).toEqual(["0"]);
}, 180_000);

test("no filter text touches a row outside the filter", async () => {
  await clinic.db.query({ text: "truncate profiles cascade" });
  await supabase
    .from("profiles")
    .insert([{ email: "keep@example.org", full_name: "keep" }])
    .throwOnError();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("eq", "like", "in", "contains"), hostileText, async (method, text) => {
      // Whatever the text says, this row is not in the filter.
      const query = supabase.from("profiles").delete().eq("full_name", "somebody else");
      const filtered =
        method === "in"
          ? query.in("email", [text])
          : method === "like"
            ? query.like("email", text)
            : query.eq("email", text);
      await filtered;
      const named = await supabase.from("profiles").update({ full_name: text }).eq("email", `${text}\u0001`);
      expect(named.status === 204 || named.error !== null).toBe(true);
    }),
    { ...RUNS, numRuns: 300 },
  );
  expect(await clinic.column("select full_name from profiles")).toEqual(["keep"]);
}, 120_000);
