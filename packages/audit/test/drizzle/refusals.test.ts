import { profiles, subscriptions } from "@offramp/db/schema";
import { eq, sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UndeclaredAccessError } from "../../src/drizzle-entry.ts";
import { declareAccess } from "../../src/index.ts";
import { ADA, type DrizzleClinic, drizzleClinic } from "./drizzle-clinic.ts";

let clinic: DrizzleClinic;

beforeAll(async () => {
  clinic = await drizzleClinic("postgres.js");
  await clinic.admin.query({
    script: true,
    text: `
      create function all_emails() returns text language sql security definer as 'select string_agg(email, '','') from profiles';
      create view public.contacts as select id, email as address from profiles;
      create table public.notes (patient text, note text);
      grant select on public.contacts, public.notes to public;
      grant execute on function all_emails() to public;`,
  });
});
afterAll(() => clinic.close());

describe("a statement that cannot be understood", () => {
  it.each([
    ["raw SQL", (db: DrizzleClinic["audited"]) => db.execute(sql`select email from profiles`)],
    ["raw SQL as text", (db: DrizzleClinic["audited"]) => db.execute("update profiles set email = email")],
    [
      "a query in a fragment",
      (db: DrizzleClinic["audited"]) =>
        db.select({ e: sql`(select email from profiles limit 1)` }).from(subscriptions),
    ],
    [
      "a query in a condition",
      (db: DrizzleClinic["audited"]) =>
        db
          .select({ t: subscriptions.tier })
          .from(subscriptions)
          .where(sql`exists (table profiles)`),
    ],
    [
      "a function of the database's own",
      (db: DrizzleClinic["audited"]) => db.select({ e: sql`all_emails()` }).from(subscriptions),
    ],
    [
      "a function under a quoted name",
      (db: DrizzleClinic["audited"]) => db.select({ e: sql`"all_emails" ()` }).from(subscriptions),
    ],
    [
      "a function that reads what its text says",
      (db: DrizzleClinic["audited"]) =>
        db.select({ e: sql`query_to_xml('select * from profiles', true, true, '')` }).from(subscriptions),
    ],
    [
      "raw SQL as a source",
      (db: DrizzleClinic["audited"]) => db.select({ e: sql`e` }).from(sql`(select email e from profiles) p`),
    ],
    ["a comment", (db: DrizzleClinic["audited"]) => db.select({ e: sql`1 /* ' */` }).from(subscriptions)],
    [
      "a change inside another statement",
      (db: DrizzleClinic["audited"]) => {
        const changed = db
          .$with("changed")
          .as(db.update(profiles).set({ fullName: "Phi" }).returning({ id: profiles.id }));
        return db.with(changed).select().from(changed);
      },
    ],
  ])("is refused before it runs: %s", async (_, statement) => {
    const records = await clinic.recordsOf(async () => {
      await expect((async () => statement(clinic.audited))()).rejects.toThrow(UndeclaredAccessError);
    });
    expect(records).toEqual([]);
  });

  it("runs and is recorded as what is declared", async () => {
    const { answer, records } = await clinic.recorded((db) =>
      declareAccess(
        {
          action: "READ",
          relations: ["public.profiles"],
          columns: ["public.profiles.email"],
          subjectColumn: "id",
        },
        () => db.execute<{ id: string }>(sql`select id, email from profiles where id = ${ADA}`),
      ),
    );
    expect(answer).toHaveLength(1);
    expect(records).toMatchObject([
      {
        action: "READ",
        actorId: "lena",
        relations: ["public.profiles"],
        columns: ["public.profiles.email"],
        subjects: [ADA],
        rowCount: 1,
      },
    ]);
  });

  it("is not understood better for what is declared: a builder's statement is recorded as itself", async () => {
    const { records } = await clinic.recorded((db) =>
      declareAccess({ action: "EXECUTE", relations: ["public.nothing"] }, () =>
        db.select({ e: profiles.email }).from(profiles).where(eq(profiles.id, ADA)),
      ),
    );
    expect(records).toMatchObject([{ action: "READ", relations: ["public.profiles"], subjects: [ADA] }]);
  });

  it("needs a relation in its declaration", () => {
    expect(() => declareAccess({ action: "READ", relations: [] }, async () => 1)).toThrow(TypeError);
  });
});

describe("what counts as PHI", () => {
  it("a view over it, although only the database knows", async () => {
    const contacts = pgTable("contacts", { id: text("id"), address: text("address") });
    const { records } = await clinic.recorded((db) => db.select({ a: contacts.address }).from(contacts));
    expect(records).toMatchObject([{ relations: ["public.contacts"], columns: ["public.contacts.address"] }]);
  });

  it("any name in a fragment, for all PHI of the tables that it could mean", async () => {
    const { records } = await clinic.recorded((db) =>
      db.select({ everything: sql`to_jsonb(profiles)` }).from(profiles),
    );
    expect(records[0]?.columns).toEqual([
      "public.profiles.date_of_birth",
      "public.profiles.email",
      "public.profiles.full_name",
    ]);
    expect(records[0]?.subjects).toHaveLength(2);
  });

  it("a column that is marked while the application runs, within a minute; until then its table is as it was", async () => {
    const notes = pgTable("notes", { patient: text("patient"), note: text("note") });
    const { records } = await clinic.recorded((db) => db.select().from(notes));
    expect(records).toEqual([]);
  });
});
