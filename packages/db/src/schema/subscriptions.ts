import { index, integer, pgTable, text, timestamp, uuid, varchar } from "drizzle-orm/pg-core";
import { dataSubject } from "./phi.ts";
import { profiles } from "./profiles.ts";
import { references } from "./references.ts";

/**
 * What a patient pays for. A trigger keeps `updated_at`.
 *
 * @example
 * import { subscriptions } from "@offramp/db/schema";
 *
 * const row: typeof subscriptions.$inferInsert = { tier: "pro", status: "active" };
 * console.log(row);
 */
export const subscriptions = pgTable(
  "subscriptions",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: dataSubject(references(uuid("user_id"), () => profiles.id, { onDelete: "cascade" })),
    tier: varchar("tier", { length: 50 }),
    status: varchar("status", { length: 50 }),
    stripeCustomerId: text("stripe_customer_id"),
    stripeSubscriptionId: text("stripe_subscription_id"),
    reportsRemaining: integer("reports_remaining"),
    aiCreditsRemaining: integer("ai_credits_remaining"),
    createdAt: timestamp("created_at", { withTimezone: true }).defaultNow(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).defaultNow(),
  },
  (table) => [
    index("subscriptions_user_id_idx").on(table.userId),
    index("subscriptions_stripe_customer_id_idx").on(table.stripeCustomerId),
  ],
);
