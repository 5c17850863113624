import { clinicMigrations, connect, type Database, migrate, quoteIdentifier } from "@offramp/db";
import * as schema from "@offramp/db/schema";
import { throwawayPostgres } from "@offramp/db/testing";
import { type Many, type One, type Relations, relations } from "drizzle-orm";
import { drizzle as drizzleOnPg, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { drizzle as drizzleOnPostgres, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { Pool } from "pg";
import { randomBytes } from "node:crypto";
import { auditedDrizzle } from "../../src/drizzle-entry.ts";
import {
  type AccessRecord,
  auditMigrations,
  grantAuditWriter,
  phiMarksMigration,
  recentAccess,
  withActor,
} from "../../src/index.ts";

type Tests = Many<"metabolic_tests">;
type Reports = Many<"reports">;
const profilesRelations: Relations<"profiles", { tests: Tests; reports: Reports }> = relations(
  schema.profiles,
  ({ many }) => ({
    tests: many(schema.metabolicTests),
    reports: many(schema.reports),
  }),
);
const testsRelations: Relations<"metabolic_tests", { patient: One<"profiles">; reports: Reports }> =
  relations(schema.metabolicTests, ({ one, many }) => ({
    patient: one(schema.profiles, {
      fields: [schema.metabolicTests.userId],
      references: [schema.profiles.id],
    }),
    reports: many(schema.reports),
  }));
const reportsRelations: Relations<"reports", { patient: One<"profiles">; test: One<"metabolic_tests"> }> =
  relations(schema.reports, ({ one }) => ({
    patient: one(schema.profiles, { fields: [schema.reports.userId], references: [schema.profiles.id] }),
    test: one(schema.metabolicTests, {
      fields: [schema.reports.testId],
      references: [schema.metabolicTests.id],
    }),
  }));

type Schema = typeof schema & {
  profilesRelations: typeof profilesRelations;
  testsRelations: typeof testsRelations;
  reportsRelations: typeof reportsRelations;
};
const fullSchema: Schema = { ...schema, profilesRelations, testsRelations, reportsRelations };

export const ADA = "00000000-0000-4000-8000-00000000000a";
export const BEN = "00000000-0000-4000-8000-00000000000b";
export const TEST = "00000000-0000-4000-8000-0000000000c1";
export const REPORT = "00000000-0000-4000-8000-0000000000d1";
const SUBSCRIPTION = "00000000-0000-4000-8000-0000000000e1";

const ROWS = `
  truncate profiles cascade;
  insert into profiles (id, email, full_name, date_of_birth) values
    ('${ADA}', 'ada@phi.example', 'Ada Phi', '1815-12-10'), ('${BEN}', 'ben@phi.example', 'Ben Phi', '1990-01-02');
  insert into metabolic_tests (id, user_id, test_date, vo2_max) values ('${TEST}', '${ADA}', '2026-01-01', 541.57);
  insert into reports (id, user_id, test_id, report_type, biological_age) values
    ('${REPORT}', '${ADA}', '${TEST}', 'full', 137);
  insert into subscriptions (id, user_id, tier) values ('${SUBSCRIPTION}', '${ADA}', 'pro');`;

export interface DrizzleClinic {
  /** A superuser's connection. */
  readonly admin: Database;
  /** The application's. Its name needs no quotes. */
  readonly role: string;
  /** Drizzle as the application has it, without the trail. */
  readonly plain: PostgresJsDatabase<Schema> | NodePgDatabase<Schema>;
  readonly audited: PostgresJsDatabase<Schema>;
  /** Runs as Dr Lena, and resolves to the answer and the records that it left, oldest first. */
  recorded<T>(
    work: (db: PostgresJsDatabase<Schema>) => PromiseLike<T>,
  ): Promise<{ answer: T; records: AccessRecord[] }>;
  /** The records that `work` left, whatever became of it. */
  recordsOf(work: () => Promise<unknown>): Promise<AccessRecord[]>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The clinic, its trail, and an application's Drizzle on one of the drivers. */
export async function drizzleClinic(driver: "postgres.js" | "pg"): Promise<DrizzleClinic> {
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  const admin = connect({ url, max: 4 });
  await migrate(admin, [clinicMigrations, auditMigrations(), phiMarksMigration(schema)]);
  const role = `drizzle_test_${randomBytes(6).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  await admin.query({ text: `create role ${quoteIdentifier(role)} login password '${password}'` });
  await admin.query({
    script: true,
    text: `grant select, insert, update, delete on all tables in schema public to ${quoteIdentifier(role)}; ${ROWS}`,
  });
  await grantAuditWriter(admin, role);

  const target = new URL(url);
  target.username = role;
  target.password = password;
  const trail = connect({ url: target.href, max: 2 });
  const { plain, end } = openDrizzle(driver, target.href);
  const audited = auditedDrizzle(plain, { database: trail }) as unknown as PostgresJsDatabase<Schema>;

  const recordsOf = async (work: () => Promise<unknown>): Promise<AccessRecord[]> => {
    const [before] = await recentAccess(admin, { limit: 1 });
    await work();
    const records = await recentAccess(admin, { limit: 50 });
    return records.filter(({ id }) => BigInt(id) > BigInt(before?.id ?? 0)).toReversed();
  };
  return {
    admin,
    role,
    plain,
    audited,
    recordsOf,
    async recorded(work) {
      let answer: Awaited<ReturnType<typeof work>> | undefined;
      const records = await recordsOf(async () => {
        answer = await withActor({ id: "lena", purposeOfUse: "TREAT" }, async () => work(audited));
      });
      return { answer: answer as never, records };
    },
    reset: async () => void (await admin.query({ text: ROWS, script: true })),
    async close() {
      await Promise.all([end(), trail.close()]);
      await admin.query({ script: true, text: `drop owned by ${role} cascade; drop role ${role}` });
      await admin.close();
      await server.stop();
    },
  };
}

function openDrizzle(
  driver: "postgres.js" | "pg",
  url: string,
): { readonly plain: DrizzleClinic["plain"]; readonly end: () => Promise<void> } {
  if (driver === "pg") {
    const pool = new Pool({ connectionString: url, max: 4 });
    // One that is ending may still hear that its server stops, when the pool no longer listens to it.
    pool.on("connect", (client) => client.on("error", () => undefined));
    return { plain: drizzleOnPg(pool, { schema: fullSchema }), end: async () => pool.end() };
  }
  const plain = drizzleOnPostgres(url, { schema: fullSchema });
  return { plain, end: async () => plain.$client.end() };
}
