import {
  boolean,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";

export const stageStatus = pgEnum("stage_status", ["pending", "in_progress", "completed", "outdated"]);

const createdAt = () => timestamp("created_at", { withTimezone: true }).notNull().defaultNow();
const updatedAt = () => timestamp("updated_at", { withTimezone: true }).notNull().defaultNow();

export const projects = pgTable(
  "projects",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** Of the sign-in service, which stays where it was: no foreign key. */
    userId: uuid("user_id").notNull(),
    title: text("title").notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index("projects_user_id_idx").on(table.userId)],
);

export const branches = pgTable(
  "branches",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    projectId: uuid("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    isMain: boolean("is_main").notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [unique("branches_name_once").on(table.projectId, table.name)],
);

export const stageStates = pgTable(
  "stage_states",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    projectId: uuid("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    branchId: uuid("branch_id").references(() => branches.id, { onDelete: "set null" }),
    stageNumber: integer("stage_number").notNull(),
    status: stageStatus("status").notNull().default("pending"),
    version: integer("version").notNull().default(1),
    content: jsonb("content").notNull().default({}),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("stage_states_project_id_idx").on(table.projectId, table.stageNumber),
    index("stage_states_branch_id_idx").on(table.branchId),
  ],
);
