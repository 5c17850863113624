import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./film/schema.ts",
  out: "./film/migrations",
});
