import { withActor } from "@offramp/audit";
import { connect } from "@offramp/db";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, PostgrestError, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";

let clinic: ClinicDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  clinic = await clinicDatabase();
  supabase = createClient(clinic.db);
});

afterAll(() => clinic.close());

beforeEach(async () => {
  await clinic.db.query({ text: "truncate profiles cascade" });
});

const emails = (): Promise<readonly (string | null)[]> =>
  clinic.column("select email from profiles order by email");

/** The trail's entries from here on, oldest first. */
async function recording(): Promise<() => Promise<readonly (string | null)[]>> {
  const [last] = await clinic.column("select coalesce(max(id), 0) from audit.phi_access_log");
  return () =>
    clinic.column(
      `select action || ' ' || outcome || ' ' || row_count from audit.phi_access_log where id > ${last} order by id`,
    );
}

describe("transaction()", () => {
  test("commits what all of its calls did", async () => {
    const count = await supabase.transaction(async (tx) => {
      await tx.from("profiles").insert({ email: "a@example.org" }).throwOnError();
      await tx.from("profiles").insert({ email: "b@example.org" }).throwOnError();
      const { data } = await tx.from("profiles").select("email");
      return data?.length;
    });
    expect(count).toBe(2);
    expect(await emails()).toEqual(["a@example.org", "b@example.org"]);
  });

  test("rolls back when the function throws, and throws the same error on", async () => {
    const reason = new Error("changed my mind");
    const work = supabase.transaction(async (tx) => {
      await tx.from("profiles").insert({ email: "a@example.org" }).throwOnError();
      throw reason;
    });
    await expect(work).rejects.toBe(reason);
    expect(await emails()).toEqual([]);
  });

  test("rejects with the first failed call's error when that was not thrown", async () => {
    const work = supabase.transaction(async (tx) => {
      await tx.from("profiles").insert({ email: "a@example.org" });
      const failed = await tx.from("profiles").insert({ email: "a@example.org" });
      expect(failed.error?.code).toBe("23505");
      const after = await tx.from("profiles").select("email");
      expect(after.error?.code).toBe("25P02");
    });
    await expect(work).rejects.toSatisfy(
      (error) => error instanceof PostgrestError && error.code === "23505",
    );
    expect(await emails()).toEqual([]);
  });

  test("a nested transaction is a savepoint: its error undoes it alone", async () => {
    await supabase.transaction(async (tx) => {
      await tx.from("profiles").insert({ email: "outer@example.org" }).throwOnError();
      const inner = tx.transaction(async (nested) => {
        await nested.from("profiles").insert({ email: "inner@example.org" }).throwOnError();
        await nested.from("profiles").insert({ email: "inner@example.org" }).throwOnError();
      });
      await expect(inner).rejects.toMatchObject({ code: "23505" });
      await tx.from("profiles").insert({ email: "after@example.org" }).throwOnError();
    });
    expect(await emails()).toEqual(["after@example.org", "outer@example.org"]);
  });

  test("a call that breaks its own rule is undone alone", async () => {
    await supabase.transaction(async (tx) => {
      await tx
        .from("profiles")
        .insert([{ email: "a@example.org" }, { email: "b@example.org" }])
        .throwOnError();
      const { error } = await tx
        .from("profiles")
        .update({ full_name: "X" })
        .neq("email", "")
        .select()
        .single();
      expect(error).toMatchObject({ code: "PGRST116", details: "The result contains 2 rows" });
      await tx.from("profiles").update({ full_name: "Y" }).eq("email", "a@example.org").throwOnError();
    });
    expect(await clinic.column("select full_name from profiles order by email")).toEqual(["Y", null]);
  });

  test("calls that are not awaited one by one run one after the other", async () => {
    await supabase.transaction(async (tx) => {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          tx
            .from("profiles")
            .insert({ email: `p${index}@example.org` })
            .select("id")
            .single()
            .throwOnError(),
        ),
      );
    });
    expect((await emails()).length).toBe(20);
  });

  test("two upserts in one transaction each say by themselves whether they inserted", async () => {
    const id = "00000000-0000-4000-8000-000000000001";
    await supabase.transaction(async (tx) => {
      const first = await tx.from("profiles").upsert({ id, email: "a@example.org" });
      const second = await tx.from("profiles").upsert({ id, email: "b@example.org" });
      expect([first.status, second.status]).toEqual([201, 200]);
    });
  });

  test("isolation and read-only are PostgreSQL's", async () => {
    const work = supabase.transaction(
      async (tx) => {
        const { error } = await tx.from("subscriptions").update({ tier: "pro" }).neq("tier", "pro");
        expect(error?.code).toBe("25006");
        throw new Error("enough");
      },
      { isolation: "serializable", readOnly: true },
    );
    await expect(work).rejects.toThrow("enough");
  });

  test("the outer client inside is an error that says so", async () => {
    await supabase.transaction(async (tx) => {
      const { error } = await supabase.from("profiles").select("email");
      expect(error).toMatchObject({
        code: "OFF004",
        hint: expect.stringContaining("transaction(async (tx)"),
      });
      await tx.transaction(async () => {
        const outer = await tx.from("profiles").select("email");
        expect(outer.error?.code).toBe("OFF004");
      });
    });
    expect((await supabase.from("profiles").select("email")).error).toBeNull();
  });

  test("works on a pool of one connection, failures recorded included", async () => {
    const single = connect({ url: clinic.url, max: 1 });
    const entries = await recording();
    try {
      const work = createClient(single).transaction(async (tx) => {
        await tx.from("profiles").insert([{ email: "a@example.org" }, { email: "a@example.org" }]);
      });
      await expect(work).rejects.toMatchObject({ code: "23505" });
    } finally {
      await single.close();
    }
    expect(await entries()).toEqual(["CREATE failed 0"]);
  });
});

describe("the trail of a transaction", () => {
  test("commits with it", async () => {
    const entries = await recording();
    await withActor({ id: "dr-1" }, () =>
      supabase.transaction(async (tx) => {
        await tx.from("profiles").insert({ email: "a@example.org" }).throwOnError();
        await tx.from("profiles").select("email").throwOnError();
      }),
    );
    expect(await entries()).toEqual(["CREATE success 1", "READ success 1"]);
  });

  test("keeps what was seen when it rolls back, and not what was undone", async () => {
    await supabase.from("profiles").insert({ email: "seen@example.org" });
    const [id] = await clinic.column("select id from profiles");
    const entries = await recording();
    const work = supabase.transaction(async (tx) => {
      await tx.from("profiles").select("email").throwOnError();
      throw new Error("back");
    });
    await expect(work).rejects.toThrow("back");
    expect(await entries()).toEqual(["READ success 1"]);
    expect(
      await clinic.column(
        "select subjects[1] || ' ' || (record_keys->'public.profiles'->>0) from audit.phi_access_log order by id desc limit 1",
      ),
    ).toEqual([`${id} ${id}`]);
  });
});
