import { clinicMigrations, connect, migrate } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { generateTypes } from "@offramp/supabase-shim/generate";
import { expect, it } from "vitest";

// `vitest run -u` writes the file anew.
it("the application's Database is the file that is generated from the migrated database", async () => {
  const server = await throwawayPostgres({ provider: "embedded" });
  try {
    const { url } = await server.createDatabase();
    const db = connect({ url, max: 2 });
    try {
      await migrate(db, [clinicMigrations]);
      await expect(await generateTypes(db)).toMatchFileSnapshot("../src/database.types.ts");
    } finally {
      await db.close();
    }
  } finally {
    await server.stop();
  }
});
