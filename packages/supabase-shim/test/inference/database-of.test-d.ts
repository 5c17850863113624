import { phi, references } from "@offramp/db";
import type * as clinic from "@offramp/db/schema";
import { relations, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgSchema,
  pgTable,
  pgView,
  serial,
  text,
  timestamp,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import { describe, expectTypeOf, test } from "vitest";

import type { DatabaseOf, Json, QueryData, SupabaseClient } from "../../src/index.ts";

const photo = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

const mood = pgEnum("mood", ["calm", "tense"]);

const clinics = pgTable("clinics", { id: serial("id").primaryKey(), name: text("name").notNull() });

const doctors = pgTable("doctors", {
  id: uuid("id").primaryKey().defaultRandom(),
  clinicId: references(integer("clinic_id").notNull(), () => clinics.id, { onDelete: "cascade" }),
  deputyId: references(uuid("deputy_id"), () => clinics.id),
  name: phi(varchar("full_name", { length: 80 }).notNull(), "identifier"),
  mood: mood("mood").default("calm"),
  moods: mood("moods").array().notNull(),
  grade: text("grade", { enum: ["junior", "senior"] }).notNull(),
  salary: numeric("salary", { precision: 8, scale: 2 }),
  badge: bigint("badge", { mode: "bigint" }).notNull(),
  code: integer("code").generatedAlwaysAsIdentity(),
  initials: text("initials").generatedAlwaysAs(sql`left(full_name, 1)`),
  settings: jsonb("settings").$type<{ theme: string }>().notNull(),
  anything: jsonb("anything"),
  token: text("token")
    .notNull()
    .$defaultFn(() => "made in Drizzle"),
  photo: photo("photo"),
  weight: doublePrecision("weight"),
  active: boolean("active").notNull().default(true),
  since: timestamp("since", { withTimezone: true }).notNull(),
});

const badges = pgTable("badges", {
  doctorId: references(uuid("doctor_id").primaryKey(), () => doctors.id),
  color: text("color"),
});

const notes = pgTable("notes", {
  id: serial("id").primaryKey(),
  doctorId: uuid("doctor_id")
    .notNull()
    .references(() => doctors.id),
  clinicId: integer("clinic_id").references(() => clinics.id),
});
const notesRelations = relations(notes, ({ one }) => ({
  author: one(doctors, { fields: [notes.doctorId], references: [doctors.id] }),
  place: one(clinics, { fields: [notes.clinicId], references: [clinics.id] }),
}));
const doctorsRelations = relations(doctors, ({ many, one }) => ({ notes: many(notes), badge: one(badges) }));

const names = pgView("names").as((builder) =>
  builder.select({ name: doctors.name, size: sql<number>`length(full_name)`.as("size") }).from(doctors),
);

const billing = pgSchema("billing");
const invoices = billing.table("invoices", { id: serial("id").primaryKey(), amount: numeric("amount") });

const schema = {
  mood,
  clinics,
  doctors,
  badges,
  notes,
  notesRelations,
  doctorsRelations,
  names,
  billing,
  invoices,
};
type Hospital = DatabaseOf<
  typeof schema,
  { public: { Functions: { ping: { Args: never; Returns: string } } } }
>;

declare const hospital: SupabaseClient<Hospital>;
declare const practice: SupabaseClient<DatabaseOf<typeof clinic>>;

type RowOf<Query> = QueryData<Query> extends (infer Row)[] ? Row : never;

describe("tables", () => {
  test("have rows as the JSON of an answer shows them", () => {
    expectTypeOf<Hospital["public"]["Tables"]["doctors"]["Row"]>().toEqualTypeOf<{
      id: string;
      clinic_id: number;
      deputy_id: string | null;
      full_name: string;
      mood: "calm" | "tense" | null;
      moods: ("calm" | "tense")[];
      grade: "junior" | "senior";
      salary: number | null;
      badge: number;
      code: number;
      initials: string | null;
      settings: { theme: string };
      anything: Json | null;
      token: string;
      photo: unknown;
      weight: number | null;
      active: boolean;
      since: string;
    }>();
  });

  test("take what a column needs", () => {
    type Insert = Hospital["public"]["Tables"]["doctors"]["Insert"];
    type Required = { [Key in keyof Insert as undefined extends Insert[Key] ? never : Key]: Insert[Key] };
    expectTypeOf<Required>().toEqualTypeOf<{
      clinic_id: number;
      full_name: string;
      moods: ("calm" | "tense")[];
      grade: "junior" | "senior";
      badge: number;
      settings: { theme: string };
      token: string;
      since: string;
    }>();
    // @ts-expect-error an identity that is always generated takes no value
    const identity: Insert["code"] = 1;
    // @ts-expect-error a generated column takes no value
    const generated: Insert["initials"] = "A";
    expectTypeOf([identity, generated]).toBeArray();
  });

  test("of another schema are in it", () => {
    const query = hospital.schema("billing").from("invoices").select("amount");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ amount: number | null }>();
  });

  test("that are not there are told at the call", () => {
    // @ts-expect-error there is no such table
    hospital.from("nowhere");
    // @ts-expect-error there is no such column
    hospital.from("clinics").select("nothing");
  });
});

describe("embeds", () => {
  test("through keys that references() marks, from either side", () => {
    const toOne = hospital.from("doctors").select("clinic_id(name)");
    expectTypeOf<RowOf<typeof toOne>>().toEqualTypeOf<{ clinic_id: { name: string } }>();
    const hinted = hospital
      .from("clinics")
      .select("name, doctors!doctors_clinic_id_clinics_id_fk(full_name)");
    expectTypeOf<RowOf<typeof hinted>>().toEqualTypeOf<{ name: string; doctors: { full_name: string }[] }>();
    const oneToOne = hospital.from("doctors").select("badges(color)");
    expectTypeOf<RowOf<typeof oneToOne>>().toEqualTypeOf<{ badges: { color: string | null } | null }>();
  });

  test("through relations(), where a key leaves nothing in its column's type", () => {
    const query = hospital.from("notes").select("id, doctors(full_name), clinics(name)");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      id: number;
      doctors: { full_name: string };
      clinics: { name: string } | null;
    }>();
    const back = hospital.from("doctors").select("notes(id)");
    expectTypeOf<RowOf<typeof back>>().toEqualTypeOf<{ notes: { id: number }[] }>();
  });

  test("of the clinic", () => {
    const query = practice
      .from("metabolic_tests")
      .select("vo2_max, profiles(full_name), reports(report_type, profiles!inner(email))");
    expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{
      vo2_max: number | null;
      profiles: { full_name: string | null } | null;
      reports: { report_type: string | null; profiles: { email: string } }[];
    }>();
  });
});

test("views may be null everywhere", () => {
  const query = hospital.from("names").select();
  expectTypeOf<RowOf<typeof query>>().toEqualTypeOf<{ full_name: string | null; size: number | null }>();
});

test("functions are those that are given beside", () => {
  const call = hospital.rpc("ping");
  expectTypeOf<QueryData<typeof call>>().toEqualTypeOf<string>();
  // @ts-expect-error there is no such function
  hospital.rpc("pong");
});
