import { date, index, integer, jsonb, numeric, pgTable, timestamp, uuid } from "drizzle-orm/pg-core";
import { dataSubject, phi } from "./phi.ts";
import { profiles } from "./profiles.ts";
import { references } from "./references.ts";

/**
 * One visit to the laboratory. It goes when its patient does.
 *
 * @example
 * import { metabolicTests } from "@offramp/db/schema";
 *
 * const row: typeof metabolicTests.$inferInsert = { testDate: "2026-07-04", vo2Max: "41.50" };
 * console.log(row);
 */
export const metabolicTests = pgTable(
  "metabolic_tests",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: dataSubject(references(uuid("user_id"), () => profiles.id, { onDelete: "cascade" })),
    testDate: date("test_date").notNull(),
    vo2Max: phi(numeric("vo2_max", { precision: 5, scale: 2 }), "health"),
    rmr: phi(integer("rmr"), "health"),
    rer: phi(numeric("rer", { precision: 3, scale: 2 }), "health"),
    heartRateZones: phi(jsonb("heart_rate_zones"), "health"),
    rawData: jsonb("raw_data"),
    createdAt: timestamp("created_at", { withTimezone: true }).defaultNow(),
  },
  (table) => [
    index("metabolic_tests_user_id_idx").on(table.userId),
    index("metabolic_tests_test_date_idx").on(table.testDate),
  ],
);
