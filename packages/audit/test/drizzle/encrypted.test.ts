import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import {
  connect,
  dataSubject,
  type Database,
  encrypted,
  migrate,
  migration,
  phi,
  quoteIdentifier,
} from "@offramp/db";
import { encryptedDrizzle } from "@offramp/db/drizzle";
import {
  createDataKey,
  createLocalKeyFile,
  encryptedColumnsMigration,
  encryptionMigrations,
  grantKeyReader,
  KeyRing,
  localKeyFile,
} from "@offramp/db/encryption";
import { throwawayPostgres } from "@offramp/db/testing";
import { and, count, desc, eq, inArray, relations, sql } from "drizzle-orm";
import { drizzle as drizzleOnPg, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { drizzle as drizzleOnPostgres, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { date, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditedDrizzle } from "../../src/drizzle-entry.ts";
import {
  type AccessRecord,
  auditMigrations,
  grantAuditWriter,
  phiMarksMigration,
  recentAccess,
  withActor,
} from "../../src/index.ts";

const key = "phi";
const patients = pgTable("patients", {
  id: dataSubject(uuid("id").primaryKey().defaultRandom()),
  name: text("name"),
  ssn: phi(encrypted(text("ssn"), { key, searchable: "equality" }), "identifier"),
  born: phi(encrypted(date("born"), { key }), "demographic"),
  chart: phi(encrypted(jsonb("chart").$type<{ allergies: string[] }>(), { key }), "health"),
});
const visits = pgTable("visits", {
  id: integer("id").primaryKey(),
  patientId: dataSubject(uuid("patient_id").references(() => patients.id)),
  note: phi(encrypted(text("note").notNull(), { key }), "health"),
});
const patientsRelations = relations(patients, ({ many }) => ({ visits: many(visits) }));
const visitsRelations = relations(visits, ({ one }) => ({
  patient: one(patients, { fields: [visits.patientId], references: [patients.id] }),
}));
const schema = { patients, visits, patientsRelations, visitsRelations };
type Drizzle = PostgresJsDatabase<typeof schema>;

const TABLES = `
  create table patients (id uuid primary key default gen_random_uuid(), name text, ssn bytea, born bytea, chart bytea);
  create table visits (id integer primary key, patient_id uuid references patients, note bytea not null);`;

const ADA = "00000000-0000-4000-8000-00000000000a";
const BEN = "00000000-0000-4000-8000-00000000000b";
const ada = { id: ADA, name: "Ada", ssn: "078-05-1120", born: "1815-12-10", chart: { allergies: ["latex"] } };
/** What no record, statement or error may hold. */
const SECRETS = /078-05-1120|219-09-9999|1815-12-10|latex|asthma|migraine/;

describe.each(["postgres.js", "pg"] as const)("encrypted and audited on %s", (driver) => {
  const role = `drizzle_encrypted_${randomBytes(6).toString("hex")}`;
  let admin: Database;
  let trail: Database;
  let plain: Drizzle;
  let db: Omit<Drizzle, "$client">;
  let keys: KeyRing;
  const sent: unknown[] = [];
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const server = await throwawayPostgres();
    const { url } = await server.createDatabase();
    admin = connect({ url, max: 4 });
    const folder = await mkdtemp(join(tmpdir(), "offramp-keys-"));
    await createLocalKeyFile(join(folder, "key"));
    const wrapper = localKeyFile(join(folder, "key"));
    const tables = { name: "tables", migrations: () => [migration("0000", [TABLES])] };
    await migrate(admin, [
      encryptionMigrations,
      auditMigrations(),
      tables,
      encryptedColumnsMigration(schema),
      phiMarksMigration(schema),
    ]);
    await createDataKey(admin, key, wrapper);
    const password = randomBytes(12).toString("hex");
    await admin.query({
      script: true,
      text: `create role ${quoteIdentifier(role)} login password '${password}';
        grant select, insert, update, delete on all tables in schema public to ${quoteIdentifier(role)};`,
    });
    await grantAuditWriter(admin, role);
    await grantKeyReader(admin, role);
    const target = new URL(url);
    target.username = role;
    target.password = password;
    trail = connect({ url: target.href, max: 2 });
    keys = new KeyRing(trail, wrapper);
    const logger = {
      logQuery: (query: string, params: unknown[]): void => void sent.push({ query, params }),
    };
    if (driver === "pg") {
      const pool = new Pool({ connectionString: target.href, max: 4 });
      pool.on("connect", (client) => client.on("error", () => undefined));
      pool.on("error", () => undefined);
      plain = drizzleOnPg(pool, { schema, logger }) as NodePgDatabase<typeof schema> as unknown as Drizzle;
      closing.push(() => pool.end());
    } else {
      const made = drizzleOnPostgres(target.href, { schema, logger });
      plain = made;
      closing.push(() => made.$client.end());
    }
    db = auditedDrizzle(encryptedDrizzle(plain, keys), { database: trail });
    closing.push(
      () => trail.close(),
      () => admin.query({ script: true, text: `drop owned by ${role} cascade; drop role ${role}` }),
      () => admin.close(),
      () => server.stop(),
      () => rm(folder, { recursive: true }),
    );
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  beforeEach(async () => {
    await admin.query({ text: "truncate patients cascade" });
    await db.insert(patients).values([ada, { id: BEN, name: "Ben" }]);
    await db.insert(visits).values([
      { id: 1, patientId: ADA, note: "asthma" },
      { id: 2, patientId: ADA, note: "migraine" },
    ]);
    sent.length = 0;
  });

  const recordsOf = async (work: () => Promise<unknown>): Promise<AccessRecord[]> => {
    const [before] = await recentAccess(admin, { limit: 1 });
    await work();
    const records = await recentAccess(admin, { limit: 50 });
    const made = records.filter(({ id }) => BigInt(id) > BigInt(before?.id ?? 0)).toReversed();
    expect(JSON.stringify([made, sent])).not.toMatch(SECRETS);
    return made;
  };
  const recorded = async <T>(work: () => PromiseLike<T>): Promise<{ answer: T; records: AccessRecord[] }> => {
    let answer: T | undefined;
    const records = await recordsOf(async () => {
      answer = await withActor({ id: "lena", purposeOfUse: "TREAT" }, async () => work());
    });
    return { answer: answer as T, records };
  };

  it("decrypts a select by a searchable column, and records its row", async () => {
    const { answer, records } = await recorded(() =>
      db.select().from(patients).where(eq(patients.ssn, "078-05-1120")),
    );
    expect(answer).toEqual([ada]);
    expect(records).toMatchObject([
      {
        action: "READ",
        actorId: "lena",
        outcome: "success",
        columns: ["public.patients.born", "public.patients.chart", "public.patients.ssn"],
        recordKeys: { "public.patients": [ADA] },
        subjects: [ADA],
        rowCount: 1,
      },
    ]);
  });

  it("joins, subqueries and common table expressions", async () => {
    const { answer, records } = await recorded(() => {
      const noted = db.$with("noted").as(db.select().from(visits));
      return db
        .with(noted)
        .select({ ssn: patients.ssn, note: noted.note })
        .from(noted)
        .innerJoin(patients, eq(patients.id, noted.patientId))
        .where(
          inArray(
            patients.id,
            db.select({ id: patients.id }).from(patients).where(eq(patients.ssn, ada.ssn)),
          ),
        )
        .orderBy(noted.id);
    });
    expect(answer).toEqual([
      { ssn: "078-05-1120", note: "asthma" },
      { ssn: "078-05-1120", note: "migraine" },
    ]);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ subjects: [ADA], rowCount: 2 });
    expect(records[0]?.recordKeys).toEqual({ "public.patients": [ADA], "public.visits": ["1", "2"] });
  });

  it("relational queries at depth, with the keys of every level", async () => {
    const { answer, records } = await recorded(() =>
      db.query.patients.findMany({
        columns: { ssn: true },
        where: eq(patients.id, ADA),
        with: { visits: { columns: { note: true }, orderBy: desc(visits.id), with: { patient: true } } },
      }),
    );
    expect(answer).toEqual([
      {
        ssn: "078-05-1120",
        visits: [
          { note: "migraine", patient: ada },
          { note: "asthma", patient: ada },
        ],
      },
    ]);
    expect(records).toMatchObject([
      {
        action: "READ",
        recordKeys: { "public.patients": [ADA], "public.visits": ["2", "1"] },
        subjects: [ADA],
      },
    ]);
  });

  it("encrypts inserts, updates, upserts and deletes, each with one record", async () => {
    const cleo = await recorded(() =>
      db
        .insert(patients)
        .values({ name: "Cleo", ssn: "219-09-9999" })
        .returning({ id: patients.id, ssn: patients.ssn }),
    );
    const id = cleo.answer[0]?.id ?? "";
    expect(cleo.answer).toEqual([{ id, ssn: "219-09-9999" }]);
    expect(cleo.records).toMatchObject([
      {
        action: "CREATE",
        columns: ["public.patients.ssn"],
        recordKeys: { "public.patients": [id] },
        subjects: [id],
      },
    ]);
    const updated = await recorded(() =>
      db
        .update(patients)
        .set({ chart: { allergies: ["latex", "nuts"] } })
        .where(eq(patients.id, id)),
    );
    expect(updated.records).toMatchObject([
      {
        action: "UPDATE",
        columns: ["public.patients.chart"],
        recordKeys: { "public.patients": [id] },
        rowCount: 1,
      },
    ]);
    const upsert = await recorded(() =>
      db
        .insert(patients)
        .values({ id, ssn: "078-05-1120" })
        .onConflictDoUpdate({ target: patients.id, set: { ssn: sql`excluded.ssn` } })
        .returning(),
    );
    expect(upsert.answer).toMatchObject([
      { id, ssn: "078-05-1120", chart: { allergies: ["latex", "nuts"] } },
    ]);
    expect(upsert.records).toMatchObject([{ action: "CREATE", recordKeys: { "public.patients": [id] } }]);
    const gone = await recorded(() => db.delete(patients).where(eq(patients.id, id)).returning());
    expect(gone.answer).toMatchObject([{ ssn: "078-05-1120" }]);
    expect(gone.records).toMatchObject([{ action: "DELETE", recordKeys: { "public.patients": [id] } }]);
  });

  it("prepared statements, whose every execution is encrypted and recorded", async () => {
    const byNumber = db
      .select({ born: patients.born })
      .from(patients)
      .where(eq(patients.ssn, sql.placeholder("ssn")))
      .prepare("by_number");
    const { answer, records } = await recorded(async () => [
      await byNumber.execute({ ssn: "078-05-1120" }),
      await byNumber.execute({ ssn: "none" }),
    ]);
    expect(answer).toEqual([[{ born: "1815-12-10" }], []]);
    expect(records.map(({ rowCount }) => rowCount)).toEqual([1, 0]);
  });

  it("transactions: a change and its record stand or fall together, what was shown stays recorded", async () => {
    const kept = await recorded(() =>
      db.transaction(async (tx) => {
        await tx.update(patients).set({ born: "1816-01-01" }).where(eq(patients.id, ADA));
        return tx.transaction((inner) =>
          inner.select({ born: patients.born }).from(patients).where(eq(patients.id, ADA)),
        );
      }),
    );
    expect(kept.answer).toEqual([{ born: "1816-01-01" }]);
    expect(kept.records.map(({ action }) => action).toSorted()).toEqual(["READ", "UPDATE"]);

    const undone = await recordsOf(async () => {
      await expect(
        db.transaction(async (tx) => {
          await tx.update(patients).set({ ssn: "219-09-9999" }).where(eq(patients.id, ADA));
          expect(await tx.$count(patients, eq(patients.ssn, "219-09-9999"))).toBe(1);
          tx.rollback();
        }),
      ).rejects.toThrow(/Rollback/i);
    });
    expect(undone.map(({ action }) => action)).not.toContain("UPDATE");
    expect((await db.select({ ssn: patients.ssn }).from(patients).where(eq(patients.id, ADA)))[0]?.ssn).toBe(
      "078-05-1120",
    );
  });

  it("counts and aggregates have a record without rows", async () => {
    const { answer, records } = await recorded(() =>
      db
        .select({ n: count() })
        .from(patients)
        .where(and(eq(patients.ssn, "078-05-1120"), eq(patients.name, "Ada"))),
    );
    expect(answer).toEqual([{ n: 1 }]);
    expect(records).toMatchObject([{ action: "READ", columns: ["public.patients.ssn"], recordKeys: null }]);
  });

  it("records a failure, without a value in it", async () => {
    let message = "";
    const records = await recordsOf(async () => {
      const error = await db
        .insert(patients)
        .values(ada)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      message = JSON.stringify([String(error), String((error as Error).cause)]);
    });
    expect(message).toContain("patients_pkey");
    expect(message).not.toMatch(SECRETS);
    expect(records).toMatchObject([{ action: "CREATE", outcome: "failed", recordKeys: null }]);
  });

  it("refuses what both would have to understand, and the other order", async () => {
    const refusals: [() => unknown, RegExp][] = [
      [() => db.select().from(patients).orderBy(patients.ssn), /can be selected whole/],
      [() => db.execute(sql`select ssn from patients`), /written by hand/],
      [() => encryptedDrizzle(auditedDrizzle(plain, { database: trail }), keys), /Encrypt first, then audit/],
    ];
    for (const [work, expected] of refusals) {
      const error = await (async () => work())().then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
      );
      expect(`${error?.message} ${String(error?.cause)}`).toMatch(expected);
    }
  });

  it("a value that was moved shows nothing", async () => {
    await admin.query({
      text: "update visits set note = (select note from visits where id = 1) where id = 2",
    });
    const error = await db
      .select()
      .from(visits)
      .then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
      );
    expect(`${error?.message} ${String(error?.cause)}`).toMatch(/does not belong to its row and column/);
  });
});
