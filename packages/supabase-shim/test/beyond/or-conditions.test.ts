import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";

let clinic: ClinicDatabase;
let supabase: SupabaseClient;
const hostile = 'x,id.not.is.null),or(full_name.eq."y"';

beforeAll(async () => {
  clinic = await clinicDatabase({ audited: false });
  await clinic.db.query({
    text: "create function slow() returns int language plpgsql as $$ begin perform pg_sleep(5); return 1; end $$",
  });
  supabase = createClient(clinic.db);
  await supabase
    .from("profiles")
    .insert([
      { email: "a@example.org", full_name: hostile },
      { email: "b@example.org", full_name: "B", mfa_enabled: true },
      { email: "c@example.org" },
    ])
    .throwOnError();
});

afterAll(() => clinic.close());

async function found(
  ...conditions: Parameters<ReturnType<ReturnType<SupabaseClient["from"]>["select"]>["or"]>
) {
  const { data, error } = await supabase
    .from("profiles")
    .select("email")
    .or(...conditions)
    .order("email");
  return error ?? data?.map((row) => row.email[0]).join("");
}

describe("or() with a list", () => {
  test("joins its conditions by OR", async () => {
    expect(
      await found([
        { column: "full_name", operator: "is", value: null },
        { column: "mfa_enabled", operator: "eq", value: true },
      ]),
    ).toBe("bc");
  });

  test("takes any value as a value", async () => {
    expect(await found([{ column: "full_name", operator: "eq", value: hostile }])).toBe("a");
    expect(await found([{ column: "full_name", operator: "in", value: [hostile, "B"] }])).toBe("ab");
  });

  test("nests groups and negates", async () => {
    expect(
      await found([
        {
          and: [
            { column: "email", operator: "like", value: "b%" },
            { column: "mfa_enabled", operator: "is", value: true },
          ],
        },
        { not: true, or: [{ column: "full_name", operator: "is", value: null, not: true }] },
      ]),
    ).toBe("bc");
  });

  test.each([
    [[], "an empty list"],
    [[{ column: "email", operator: "eq.x,or", value: 1 }], "an operator that it does not know"],
    [[{ column: "email", operator: "constructor", value: 1 }], "an operator that it does not know"],
    [[{ column: "profiles.email", operator: "eq", value: 1 }], "a column of an embed"],
    [[{ column: "email", operator: "eq", value: undefined }], "undefined"],
    [[{ column: "email", operator: "in", value: "abc" }], "takes a list"],
  ])("refuses %j", async (conditions, words) => {
    const error = await found(conditions as never);
    expect(error).toMatchObject({ code: "OFF003", message: expect.stringContaining(words) });
  });

  test("two calls are joined by AND", async () => {
    const { data } = await supabase
      .from("profiles")
      .select("email")
      .or([
        { column: "email", operator: "like", value: "b%" },
        { column: "email", operator: "like", value: "c%" },
      ])
      .or([{ column: "full_name", operator: "is", value: null }]);
    expect(data).toEqual([{ email: "c@example.org" }]);
  });
});

describe("statementTimeout", () => {
  test("of a call and of a client cancels the statement, and the connection is as before", async () => {
    const started = Date.now();
    const call = await supabase.rpc("slow").statementTimeout(50);
    expect(call.error).toMatchObject({
      code: "57014",
      message: "canceling statement due to statement timeout",
    });
    const patient = createClient(clinic.db, undefined, { db: { statementTimeout: 50 } });
    expect((await patient.rpc("slow")).status).toBe(500);
    expect(Date.now() - started).toBeLessThan(4000);
    expect(await clinic.column("show statement_timeout")).toEqual(["0"]);
  });
});
