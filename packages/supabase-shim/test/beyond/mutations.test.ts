import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";

let clinic: ClinicDatabase;
let supabase: SupabaseClient;

const ada = "00000000-0000-4000-8000-000000000001";
const grace = "00000000-0000-4000-8000-000000000002";
const mary = "00000000-0000-4000-8000-000000000003";

beforeAll(async () => {
  clinic = await clinicDatabase({ audited: false });
  supabase = createClient(clinic.db);
});

afterAll(() => clinic.close());

beforeEach(async () => {
  await clinic.db.query({ text: "truncate profiles cascade" });
  await supabase
    .from("profiles")
    .insert([
      { id: ada, email: "ada@example.org", full_name: "Ada" },
      { id: grace, email: "grace@example.org", full_name: "Grace" },
      { id: mary, email: "mary@example.org", full_name: "Mary" },
    ])
    .throwOnError();
  await supabase
    .from("subscriptions")
    .insert([
      { user_id: ada, tier: "pro", status: "active" },
      { user_id: grace, tier: "free", status: "cancelled" },
    ])
    .throwOnError();
});

const names = (): Promise<readonly (string | null)[]> =>
  clinic.column("select full_name from profiles order by email");

describe("update(rows, { by })", () => {
  test("gives each row its own values in one statement", async () => {
    const { data, status } = await supabase
      .from("profiles")
      .update(
        [
          { id: ada, full_name: "Ada L." },
          { id: mary, full_name: "Mary S." },
        ],
        { by: "id" },
      )
      .select("full_name")
      .order("full_name");
    expect(status).toBe(200);
    expect(data).toEqual([{ full_name: "Ada L." }, { full_name: "Mary S." }]);
    expect(await names()).toEqual(["Ada L.", "Grace", "Mary S."]);
  });

  test("keeps to the filters, and does not write the columns it matches by", async () => {
    const { count } = await supabase
      .from("profiles")
      .update(
        [
          { email: "ada@example.org", full_name: "A" },
          { email: "grace@example.org", full_name: "G" },
        ],
        {
          by: ["email"],
          count: "exact",
        },
      )
      .eq("id", grace);
    expect(count).toBe(1);
    expect(await names()).toEqual(["Ada", "G", "Mary"]);
  });

  test("refuses a column that the rows do not have", async () => {
    const { error } = await supabase.from("profiles").update([{ full_name: "X" }], { by: "id" });
    expect(error?.code).toBe("PGRST204");
    expect(await names()).toEqual(["Ada", "Grace", "Mary"]);
  });
});

describe("a mutation with a filter on an inner embed", () => {
  test("deletes no more than the same select shows", async () => {
    const shown = await supabase
      .from("profiles")
      .select("full_name, subscriptions!inner(status)")
      .eq("subscriptions.status", "active");
    expect(shown.data?.map((row) => row.full_name)).toEqual(["Ada"]);
    const { data } = await supabase
      .from("profiles")
      .delete()
      .eq("subscriptions.status", "active")
      .select("full_name, subscriptions!inner(status)");
    // The cascade has taken the subscription, so the embed shows none; the row that went is Ada's.
    expect(data).toEqual([{ full_name: "Ada", subscriptions: [{ status: "active" }] }]);
    expect(await names()).toEqual(["Grace", "Mary"]);
  });

  test("updates no more than the same select shows", async () => {
    await supabase
      .from("profiles")
      .update({ full_name: "X" })
      .eq("subscriptions.status", "cancelled")
      .select("id, subscriptions!inner(status)")
      .throwOnError();
    expect(await names()).toEqual(["Ada", "X", "Mary"]);
  });

  test("is refused where the embed is not selected", async () => {
    const { error } = await supabase.from("profiles").delete().eq("subscriptions.status", "active");
    expect(error?.code).toBe("PGRST108");
    expect(await names()).toEqual(["Ada", "Grace", "Mary"]);
  });

  test("an embed that is not inner only shapes what is shown", async () => {
    const { data } = await supabase
      .from("profiles")
      .update({ mfa_enabled: true })
      .eq("subscriptions.status", "active")
      .select("full_name, subscriptions(status)")
      .order("full_name");
    expect(data).toEqual([
      { full_name: "Ada", subscriptions: [{ status: "active" }] },
      { full_name: "Grace", subscriptions: [] },
      { full_name: "Mary", subscriptions: [] },
    ]);
  });
});
