import { randomBytes } from "node:crypto";
import {
  bigint,
  boolean,
  date,
  doublePrecision,
  integer,
  jsonb,
  numeric,
  pgTable,
  real,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import { type DataKeyName, EncryptionError, type KeyWrapper } from "../../src/encryption-entry.ts";
import { unwrapWith, wrapWith } from "../../src/encryption/key-wrapper.ts";
import { encrypted } from "../../src/index.ts";

const key = "phi";

/** Every type that can be encrypted. */
export const patients = pgTable("patients", {
  id: uuid("id").primaryKey().defaultRandom(),
  name: text("name"),
  ssn: encrypted(varchar("ssn", { length: 11 }), { key, searchable: "equality" }),
  notes: encrypted(text("notes"), { key }),
  age: encrypted(integer("age"), { key, searchable: "equality" }),
  sequence: encrypted(bigint("sequence", { mode: "bigint" }), { key }),
  vo2: encrypted(numeric("vo2", { precision: 5, scale: 2 }), { key, searchable: "equality" }),
  weight: encrypted(real("weight"), { key }),
  ratio: encrypted(doublePrecision("ratio"), { key }),
  smoker: encrypted(boolean("smoker"), { key }),
  born: encrypted(date("born"), { key, searchable: "equality" }),
  wakes: encrypted(time("wakes"), { key }),
  seen: encrypted(timestamp("seen", { withTimezone: true, precision: 6 }), { key }),
  local: encrypted(timestamp("local", { mode: "string" }), { key }),
  device: encrypted(uuid("device"), { key, searchable: "equality" }),
  chart: encrypted(jsonb("chart").$type<{ readonly zones: readonly number[] }>(), { key }),
});

export const TABLE = `create table patients (
  id uuid primary key default gen_random_uuid(), name text,
  ssn bytea, notes bytea, age bytea, sequence bytea, vo2 bytea, weight bytea, ratio bytea, smoker bytea,
  born bytea, wakes bytea, seen bytea, local bytea, device bytea, chart bytea
)`;

/** A wrapping key in memory, which counts how often it was asked. */
export function memoryWrapper(id = "a test's key"): KeyWrapper & { asked: number } {
  const secret = randomBytes(32);
  return {
    id,
    asked: 0,
    wrap: async (data, name) => wrapWith(secret, data, name),
    async unwrap(wrapped: Uint8Array, name: DataKeyName) {
      this.asked += 1;
      return unwrapWith(secret, wrapped, { id, name });
    },
  };
}

/** The message of the encryption's error that `work` throws. */
export function problemOf(work: () => unknown): { readonly problem: string; readonly message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof EncryptionError) return { problem: error.problem, message: error.message };
    throw error;
  }
  throw new Error("it was expected to fail");
}
