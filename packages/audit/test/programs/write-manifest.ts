// Writes manifests/audit.json from a fresh database: `pnpm --filter @offramp/audit manifest`, after a new migration.
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, migrate } from "@offramp/db";
import { renderManifest } from "@offramp/db/conformance";
import { throwawayPostgres } from "@offramp/db/testing";
import { auditMigrations } from "../../src/index.ts";
import { trailManifest } from "./trail-manifest.ts";

const postgres = await throwawayPostgres({ provider: "embedded" });
const db = connect({ url: (await postgres.createDatabase()).url });
await migrate(db, [auditMigrations()]);
const folder = new URL("../../manifests/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("audit.json", folder), renderManifest(await trailManifest(db)));
await db.close();
await postgres.stop();
