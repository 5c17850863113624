import { defineConfig, type Config } from "drizzle-kit";

const config: Config = defineConfig({
  dialect: "postgresql",
  schema: "./src/schema.ts",
  out: "./migrations",
});

export default config;
