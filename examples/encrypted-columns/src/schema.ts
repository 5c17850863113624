import { encrypted } from "@offramp/db";
import { blindIndex } from "@offramp/db/drizzle";
import { date, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";

export const patients = pgTable(
  "patients",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name"),
    ssn: encrypted(text("ssn"), { key: "phi", searchable: "equality" }),
    born: encrypted(date("born"), { key: "phi" }),
    chart: encrypted(jsonb("chart").$type<{ readonly allergies: readonly string[] }>(), { key: "phi" }),
  },
  (table) => [index("patients_ssn_idx").on(blindIndex(table.ssn))],
);
