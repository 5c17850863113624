import { metabolicTests, profiles, subscriptions } from "@offramp/db/schema";
import { eq, sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { recentAccess, withActor } from "../../src/index.ts";
import { ADA, BEN, type DrizzleClinic, drizzleClinic, TEST } from "./drizzle-clinic.ts";

const NEW = "00000000-0000-4000-8000-00000000000f";

describe.each(["postgres.js", "pg"] as const)("changes on %s", (driver) => {
  let clinic: DrizzleClinic;

  beforeAll(async () => {
    clinic = await drizzleClinic(driver);
    await clinic.admin.query({
      script: true,
      text: `create table mailing (address text); grant insert on mailing to ${clinic.role}`,
    });
  });
  beforeEach(() => clinic.reset());
  afterAll(() => clinic.close());

  const emails = async (): Promise<unknown> =>
    (await clinic.admin.query({ text: "select email from profiles order by email" })).map(
      ({ email }) => email,
    );

  it("records an insert with what it set, and gives back what it would", async () => {
    const row = { id: NEW, email: "new@phi.example", fullName: "New Phi" };
    const { answer, records } = await clinic.recorded((db) =>
      db.insert(profiles).values(row).returning({ email: profiles.email }),
    );
    expect(answer).toEqual([{ email: "new@phi.example" }]);
    expect(records).toMatchObject([
      {
        action: "CREATE",
        columns: ["public.profiles.email", "public.profiles.full_name"],
        recordKeys: { "public.profiles": [NEW] },
        subjects: [NEW],
        rowCount: 1,
      },
    ]);
    expect(JSON.stringify(records)).not.toContain("new@phi");
  });

  it("leaves a change without returning as it is: no rows, the driver's count", async () => {
    const { answer, records } = await clinic.recorded((db) =>
      db.update(profiles).set({ fullName: "Someone Phi" }),
    );
    const result = answer as unknown as { readonly count?: number; readonly rowCount?: number };
    expect(driver === "pg" ? result.rowCount : result.count).toBe(2);
    expect(Array.isArray(answer) ? answer : (answer as unknown as { rows: unknown[] }).rows).toHaveLength(0);
    expect(records).toMatchObject([
      { action: "UPDATE", columns: ["public.profiles.full_name"], rowCount: 2 },
    ]);
    expect(records[0]?.subjects.toSorted()).toEqual([ADA, BEN]);
  });

  it("records a delete as touching all PHI of the row", async () => {
    const { records } = await clinic.recorded((db) =>
      db.delete(metabolicTests).where(eq(metabolicTests.id, TEST)).returning(),
    );
    expect(records).toMatchObject([
      { action: "DELETE", recordKeys: { "public.metabolic_tests": [TEST] }, subjects: [ADA], rowCount: 1 },
    ]);
    expect(records[0]?.columns).toContain("public.metabolic_tests.vo2_max");
  });

  it("records an upsert, an insert from a select, and an update from another table", async () => {
    const upsert = await clinic.recorded((db) =>
      db
        .insert(profiles)
        .values({ id: ADA, email: "ada@phi.example" })
        .onConflictDoUpdate({ target: profiles.id, set: { fullName: sql`excluded.email` } }),
    );
    expect(upsert.records).toMatchObject([{ action: "CREATE", subjects: [ADA] }]);

    const mailing = pgTable("mailing", { address: text("address") });
    const copied = await clinic.recorded((db) =>
      db
        .insert(mailing)
        .select(db.select({ address: profiles.email }).from(profiles).where(eq(profiles.id, BEN))),
    );
    expect(copied.records).toMatchObject([
      { action: "CREATE", relations: ["public.profiles"], columns: ["public.profiles.email"] },
    ]);

    const joined = await clinic.recorded((db) =>
      db
        .update(profiles)
        .set({ fullName: sql`${metabolicTests.vo2Max}::text` })
        .from(metabolicTests)
        .where(eq(metabolicTests.userId, profiles.id)),
    );
    expect(joined.records).toMatchObject([
      {
        action: "UPDATE",
        relations: ["public.metabolic_tests", "public.profiles"],
        subjects: [ADA],
        rowCount: 1,
      },
    ]);
  });

  it("records nothing of a change without PHI", async () => {
    const { records } = await clinic.recorded((db) => db.update(subscriptions).set({ tier: "free" }));
    expect(records).toEqual([]);
  });

  it("commits records with the application's transaction, savepoints included", async () => {
    const { records } = await clinic.recorded((db) =>
      db.transaction(async (tx) => {
        await tx.insert(profiles).values({ id: NEW, email: "new@phi.example" });
        await tx.transaction((inner) =>
          inner.update(profiles).set({ fullName: "Inner Phi" }).where(eq(profiles.id, NEW)),
        );
      }),
    );
    expect(records.map(({ action, outcome }) => [action, outcome])).toEqual([
      ["CREATE", "success"],
      ["UPDATE", "success"],
    ]);
    expect(records[0]?.transactionAt).toBe(records[1]?.transactionAt);
  });

  it("has what a transaction shows on record before it is shown, while the transaction is open", async () => {
    const { records: all } = await clinic.recorded((db) =>
      db.transaction(async (tx) => {
        await tx.select({ name: profiles.fullName }).from(profiles).where(eq(profiles.id, ADA));
        await tx.update(profiles).set({ fullName: "New Phi" }).where(eq(profiles.id, ADA)).returning();
        const [, newest] = (await recentAccess(clinic.admin, { limit: 2 })).toReversed();
        expect(newest).toMatchObject({ action: "READ", subjects: [ADA] });
      }),
    );
    expect(all.map(({ action, outcome }) => [action, outcome])).toEqual([
      ["READ", "success"],
      ["UPDATE", "success"],
      ["READ", "success"],
    ]);
  });

  it("keeps what a transaction showed on record when it is rolled back, and no change", async () => {
    const { records } = await clinic.recorded((db) =>
      db
        .transaction(async (tx) => {
          await tx.insert(profiles).values({ id: NEW, email: "new@phi.example" });
          await tx.select({ name: profiles.fullName }).from(profiles).where(eq(profiles.id, ADA));
          tx.rollback();
        })
        .catch(() => "rolled back"),
    );
    // The rows were shown before the change was undone.
    expect(records).toMatchObject([
      { action: "READ", subjects: [ADA], columns: ["public.profiles.full_name"] },
      { action: "READ", subjects: [NEW] },
    ]);
    expect(await emails()).toEqual(["ada@phi.example", "ben@phi.example"]);
  });

  it("names who made each call of a transaction that is rolled back, not who is acting at its end", async () => {
    const { records } = await clinic.recorded((db) =>
      db
        .transaction(async (tx) => {
          await withActor({ id: "u-99", requestId: "r-99" }, async () =>
            tx.insert(profiles).values({ id: NEW, email: "new@phi.example" }),
          );
          tx.rollback();
        })
        .catch(() => "rolled back"),
    );
    expect(records).toMatchObject([{ action: "READ", subjects: [NEW], actorId: "u-99", requestId: "r-99" }]);
  });

  it("records a failure outside its transaction, and throws it without the values", async () => {
    let thrown: unknown;
    const { records } = await clinic.recorded((db) =>
      db
        .insert(profiles)
        .values({ email: "ada@phi.example", fullName: "Other Phi" })
        .catch((error: unknown) => (thrown = error)),
    );
    expect(records).toMatchObject([{ action: "CREATE", outcome: "failed", sqlstate: "23505", rowCount: 0 }]);
    expect(thrown).toMatchObject({ name: "Error", params: [], cause: { code: "23505" } });
    expect((thrown as Error).message).toContain("insert into");
    expect((thrown as Error).message).not.toContain("phi.example");
  });

  it("records that the database refused", async () => {
    await clinic.admin.query({ text: `revoke delete on profiles from ${clinic.role}` });
    const { records } = await clinic.recorded((db) => db.delete(profiles).catch((error: unknown) => error));
    await clinic.admin.query({ text: `grant delete on profiles to ${clinic.role}` });
    expect(records).toMatchObject([
      { action: "DELETE", outcome: "denied", sqlstate: "42501", actorId: "lena" },
    ]);
  });

  it("returns nothing and changes nothing when the record cannot be written", async () => {
    await clinic.admin.query({
      text: "alter table audit.phi_access_log add constraint no_more check (action <> 'CREATE') not valid",
    });
    try {
      const outcome = await clinic.audited
        .insert(profiles)
        .values({ id: NEW, email: "new@phi.example" })
        .then(
          () => "returned",
          (error: Error) => error,
        );
      expect(outcome).toBeInstanceOf(Error);
      expect(await emails()).toEqual(["ada@phi.example", "ben@phi.example"]);
    } finally {
      await clinic.admin.query({ text: "alter table audit.phi_access_log drop constraint no_more" });
    }
  });

  it("cannot be evaded by a read-only transaction", async () => {
    const { records } = await clinic.recorded((db) =>
      db.transaction((tx) => tx.select({ email: profiles.email }).from(profiles), {
        accessMode: "read only",
      }),
    );
    expect(records).toMatchObject([{ action: "READ", rowCount: 2 }]);
  });
});
