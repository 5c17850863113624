import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./documents/schema.ts",
  out: "./documents/migrations",
});
