import { boolean, date, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { dataSubject, phi } from "./phi.ts";

/**
 * A patient's account. A trigger keeps `updated_at`.
 *
 * @example
 * import { profiles } from "@offramp/db/schema";
 *
 * const row: typeof profiles.$inferInsert = { email: "ann@example.org", dateOfBirth: "1980-02-29" };
 * console.log(row);
 */
export const profiles = pgTable("profiles", {
  id: dataSubject(uuid("id").primaryKey().defaultRandom()),
  email: phi(text("email").notNull().unique(), "identifier"),
  passwordHash: text("password_hash"),
  fullName: phi(text("full_name"), "identifier"),
  dateOfBirth: phi(date("date_of_birth"), "demographic"),
  mfaSecret: text("mfa_secret"),
  mfaEnabled: boolean("mfa_enabled").default(false),
  createdAt: timestamp("created_at", { withTimezone: true }).defaultNow(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).defaultNow(),
  lastLogin: timestamp("last_login", { withTimezone: true }),
});
