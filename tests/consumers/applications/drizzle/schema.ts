import { dataSubject, references } from "@offramp/db";
import { metabolicTests, profiles } from "@offramp/db/schema";
import { eq } from "drizzle-orm";
import { bigint, jsonb, pgEnum, pgTable, pgView, text, timestamp, uuid } from "drizzle-orm/pg-core";

export * from "@offramp/db/schema";

export const visitStatus = pgEnum("visit_status", ["booked", "seen", "missed"]);

export const visits = pgTable("visits", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  patientId: dataSubject(references(uuid("patient_id").notNull(), () => profiles.id)),
  testId: references(uuid("test_id"), () => metabolicTests.id, { unique: true }),
  status: visitStatus("status").notNull().default("booked"),
  beginsAt: timestamp("begins_at", { withTimezone: true }).notNull(),
  room: text("room"),
  questionnaire: jsonb("questionnaire"),
});

export const openVisits = pgView("open_visits").as((query) =>
  query
    .select({ id: visits.id, patient_id: visits.patientId, begins_at: visits.beginsAt, room: visits.room })
    .from(visits)
    .where(eq(visits.status, "booked")),
);
