// Writes manifests/clinic.json from a fresh database: `pnpm --filter @offramp/db manifest`, after a new migration.
import { mkdirSync, writeFileSync } from "node:fs";
import { manifestOf, renderManifest } from "../../src/conformance-entry.ts";
import { connect, migrate } from "../../src/index.ts";
import { throwawayPostgres } from "../../src/testing.ts";

const postgres = await throwawayPostgres();
const db = connect({ url: (await postgres.createDatabase()).url });
await migrate(db);
const folder = new URL("../../manifests/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("clinic.json", folder), renderManifest(await manifestOf(db, { schemas: ["public"] })));
await db.close();
await postgres.stop();
