import { type SQL, sql } from "drizzle-orm";
import {
  customType,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  real,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

/** PostgreSQL's form of a text that is searched by words. */
const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

export const processingStatus = pgEnum("processing_status", [
  "pending",
  "processing",
  "completed",
  "failed",
  "reprocessing",
]);
export const taskStatus = pgEnum("task_status", ["queued", "running", "done", "failed"]);

const createdAt = () => timestamp("created_at", { withTimezone: true }).notNull().defaultNow();
const updatedAt = () => timestamp("updated_at", { withTimezone: true }).notNull().defaultNow();

export const projects = pgTable("projects", {
  id: uuid("id").primaryKey().defaultRandom(),
  name: text("name").notNull(),
  metadata: jsonb("metadata").notNull().default({}),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

export const documents = pgTable(
  "documents",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    projectId: uuid("project_id")
      .notNull()
      .references(() => projects.id, { onDelete: "cascade" }),
    fileName: text("file_name").notNull(),
    s3Key: text("s3_key").notNull().unique(),
    status: processingStatus("status").notNull().default("pending"),
    error: text("error"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("documents_project_id_idx").on(table.projectId),
    // What is waiting is asked for all the time; what is done is most of the table.
    index("documents_waiting_idx")
      .on(table.createdAt)
      .where(sql`${table.status} in ('pending', 'reprocessing')`),
  ],
);

export const chunks = pgTable(
  "chunks",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    documentId: uuid("document_id")
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    content: text("content").notNull(),
    search: tsvector("search").generatedAlwaysAs((): SQL => sql`to_tsvector('english', ${chunks.content})`),
  },
  (table) => [
    uniqueIndex("chunks_document_position_idx").on(table.documentId, table.position),
    index("chunks_search_idx").using("gin", table.search),
  ],
);

export const entities = pgTable(
  "entities",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    documentId: uuid("document_id")
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    confidence: real("confidence"),
  },
  (table) => [
    index("entities_document_id_idx").on(table.documentId),
    index("entities_name_trgm_idx").using("gin", table.name.op("gin_trgm_ops")),
  ],
);

export const processingTasks = pgTable(
  "processing_tasks",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    documentId: uuid("document_id")
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    status: taskStatus("status").notNull().default("queued"),
    attempts: integer("attempts").notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("processing_tasks_document_id_idx").on(table.documentId),
    index("processing_tasks_status_idx").on(table.status, table.createdAt),
  ],
);
