import { index, integer, pgTable, text, timestamp, uuid, varchar } from "drizzle-orm/pg-core";
import { metabolicTests } from "./metabolic-tests.ts";
import { dataSubject, phi } from "./phi.ts";
import { profiles } from "./profiles.ts";
import { references } from "./references.ts";

/**
 * What a patient gets to read about a test. It outlives the test, but not the patient.
 *
 * @example
 * import { reports } from "@offramp/db/schema";
 *
 * const row: typeof reports.$inferInsert = { reportType: "premium", biologicalAge: 38 };
 * console.log(row);
 */
export const reports = pgTable(
  "reports",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: dataSubject(references(uuid("user_id"), () => profiles.id, { onDelete: "cascade" })),
    testId: references(uuid("test_id"), () => metabolicTests.id, { onDelete: "set null" }),
    reportType: varchar("report_type", { length: 50 }),
    pdfS3Key: text("pdf_s3_key"),
    htmlContent: phi(text("html_content"), "health"),
    biologicalAge: phi(integer("biological_age"), "health"),
    createdAt: timestamp("created_at", { withTimezone: true }).defaultNow(),
  },
  (table) => [
    index("reports_user_id_idx").on(table.userId),
    // Deleting a test looks for its reports.
    index("reports_test_id_idx").on(table.testId),
    index("reports_created_at_idx").on(table.createdAt),
  ],
);
