import { phi } from "@offramp/db";
import { relations } from "drizzle-orm";
import { boolean, date, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";

/** Six columns; `name` and `note` count as PHI where an arm has the audit trail. */
export const items = pgTable("items", {
  id: integer("id").primaryKey(),
  name: phi(text("name").notNull(), "identifier"),
  category: text("category").notNull(),
  price: integer("price").notNull(),
  added: date("added").notNull(),
  note: phi(text("note"), "health"),
});

export const customers = pgTable("customers", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  active: boolean("active").notNull(),
});

export const orders = pgTable("orders", {
  id: integer("id").primaryKey(),
  customerId: integer("customer_id")
    .notNull()
    .references(() => customers.id),
  total: integer("total").notNull(),
});

export const lines = pgTable("lines", {
  id: integer("id").primaryKey(),
  orderId: integer("order_id")
    .notNull()
    .references(() => orders.id),
  quantity: integer("quantity").notNull(),
});

export const tags = pgTable("tags", { id: integer("id").primaryKey(), label: text("label").notNull() });

export const customerTags = pgTable(
  "customer_tags",
  {
    customerId: integer("customer_id")
      .notNull()
      .references(() => customers.id),
    tagId: integer("tag_id")
      .notNull()
      .references(() => tags.id),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.tagId] })],
);

/** Where inserts go. */
export const entries = pgTable("entries", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  name: text("name").notNull(),
  price: integer("price").notNull(),
  added: date("added").notNull(),
});

/** What is updated and upserted. */
export const stock = pgTable("stock", {
  id: integer("id").primaryKey(),
  quantity: integer("quantity").notNull(),
});

const customersRelations = relations(customers, ({ many }) => ({
  orders: many(orders),
  customerTags: many(customerTags),
}));
const ordersRelations = relations(orders, ({ one, many }) => ({
  customer: one(customers, { fields: [orders.customerId], references: [customers.id] }),
  lines: many(lines),
}));
const linesRelations = relations(lines, ({ one }) => ({
  order: one(orders, { fields: [lines.orderId], references: [orders.id] }),
}));
const customerTagsRelations = relations(customerTags, ({ one }) => ({
  customer: one(customers, { fields: [customerTags.customerId], references: [customers.id] }),
  tag: one(tags, { fields: [customerTags.tagId], references: [tags.id] }),
}));

/** What `drizzle()` is given: the tables and how they are related. */
export const benchSchema = {
  items,
  customers,
  orders,
  lines,
  tags,
  customerTags,
  entries,
  stock,
  customersRelations,
  ordersRelations,
  linesRelations,
  customerTagsRelations,
};

export type BenchDrizzle = PostgresJsDatabase<typeof benchSchema>;
