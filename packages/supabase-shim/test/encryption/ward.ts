import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditMigrations, phiMarksMigration } from "@offramp/audit";
import { connect, type Database, encrypted, migrate, migration, phi, references } from "@offramp/db";
import {
  createDataKey,
  createLocalKeyFile,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
  type KeyWrapper,
  localKeyFile,
} from "@offramp/db/encryption";
import { throwawayPostgres } from "@offramp/db/testing";
import {
  bigint,
  date,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { logStatements, type StatementLog } from "../statement-log.ts";

const key = "phi";

const patients = pgTable("patients", {
  id: uuid("id").primaryKey().defaultRandom(),
  name: text("name"),
  mrn: text("mrn").unique(),
  ssn: phi(encrypted(text("ssn"), { key, searchable: "equality" }), "identifier"),
  born: encrypted(date("born"), { key, searchable: "equality" }),
  weight: encrypted(numeric("weight", { precision: 5, scale: 2 }), { key }),
  badge: encrypted(bigint("badge", { mode: "number" }), { key }),
  seen: encrypted(timestamp("seen", { withTimezone: true }), { key }),
  chart: encrypted(jsonb("chart").$type<{ readonly zones: readonly number[] }>(), { key }),
});

const visits = pgTable("visits", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  patientId: references(uuid("patient_id"), () => patients.id, { onDelete: "cascade" }),
  day: integer("day"),
  finding: phi(encrypted(text("finding"), { key }), "health"),
});

const readings = pgTable(
  "readings",
  {
    device: text("device").notNull(),
    at: integer("at").notNull(),
    value: encrypted(integer("value"), { key }),
  },
  (table) => [primaryKey({ columns: [table.device, table.at] })],
);

const TABLES = `
create table patients (
  id uuid primary key default gen_random_uuid(), name text, mrn text unique,
  ssn bytea, born bytea, weight bytea, badge bytea, seen bytea, chart bytea
);
create index patients_ssn_idx on patients (substring(ssn from 2 for 16));
create table visits (
  id bigint primary key generated always as identity,
  patient_id uuid references patients (id) on delete cascade, day integer, finding bytea
);
create table readings (device text, at integer, value bytea, primary key (device, at));
create view patient_list as select id as patient, name, ssn from patients;
create view keyless as select name, ssn from patients;
create function all_patients() returns setof patients language sql stable as 'select * from patients order by name';`;

const schema = { patients, visits, readings };

export const ADA = "00000000-0000-4000-8000-00000000000a";
export const BEN = "00000000-0000-4000-8000-00000000000b";

export interface WardDatabase {
  readonly db: Database;
  readonly url: string;
  readonly log: StatementLog;
  readonly wrapper: KeyWrapper;
  readonly keys: KeyRing;
  /** With keys. */
  readonly client: SupabaseClient;
  /** Without. */
  readonly keyless: SupabaseClient;
  /** One column of the rows, past the client. */
  column(text: string): Promise<readonly (string | null)[]>;
  /** Ada, with two visits and a reading, and Ben, who has nothing. */
  fill(): Promise<void>;
  close(): Promise<void>;
}

export async function wardDatabase(options: { readonly audited?: boolean } = {}): Promise<WardDatabase> {
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  const db = connect({ url, max: 8 });
  const tables = { name: "tables", migrations: () => [migration("0000", [TABLES])] };
  const audit = options.audited === true ? [auditMigrations(), phiMarksMigration(schema)] : [];
  await migrate(db, [encryptionMigrations, tables, encryptedColumnsMigration(schema), ...audit]);
  const path = join(await mkdtemp(join(tmpdir(), "offramp-ward-")), randomBytes(4).toString("hex"));
  await createLocalKeyFile(path);
  const wrapper = localKeyFile(path);
  await createDataKey(db, key, wrapper);
  const keys = new KeyRing(db, wrapper);
  const log = logStatements(db);
  const client = createClient(log.database, undefined, { encryption: keys, watchSchema: false });
  const column = async (query: string): Promise<readonly (string | null)[]> =>
    (await db.query({ text: query })).map((row) => Object.values(row)[0] ?? null);
  return {
    db,
    url,
    log,
    wrapper,
    keys,
    client,
    keyless: createClient(log.database, undefined, { watchSchema: false }),
    column,
    async fill() {
      await db.query({ text: "truncate patients, visits, readings restart identity" });
      const filled = [
        await client.from("patients").insert([
          {
            id: ADA,
            name: "Ada",
            mrn: "M-1",
            ssn: "078-05-1120",
            born: "1815-12-10",
            weight: 61.5,
            badge: 42,
            seen: "2026-01-02T03:04:05.123456Z",
            chart: { zones: [1, 2.5] },
          },
          { id: BEN, name: "Ben", mrn: "M-2" },
        ]),
        await client.from("visits").insert([
          { patient_id: ADA, day: 1, finding: "asthma" },
          { patient_id: ADA, day: 2, finding: 'said "no", twice\nand left' },
        ]),
        await client.from("readings").insert({ device: "d,1", at: 7, value: 99 }),
      ];
      for (const { error } of filled) if (error !== null) throw new Error(error.message);
    },
    async close() {
      await db.close();
      await server.stop();
    },
  };
}
