// Writes manifests/supabase-compat.json from a fresh database: `pnpm --filter @offramp/supabase-shim manifest`, after a new migration.
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, migrate } from "@offramp/db";
import { renderManifest } from "@offramp/db/conformance";
import { throwawayPostgres } from "@offramp/db/testing";
import { supabaseCompat } from "../../src/index.ts";
import { compatManifest } from "./compat-manifest.ts";

const postgres = await throwawayPostgres({ provider: "embedded" });
const db = connect({ url: (await postgres.createDatabase()).url });
await migrate(db, [supabaseCompat()]);
const folder = new URL("../../manifests/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("supabase-compat.json", folder), renderManifest(await compatManifest(db)));
await db.close();
await postgres.stop();
