import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./legal/schema.ts",
  out: "./legal/migrations",
});
