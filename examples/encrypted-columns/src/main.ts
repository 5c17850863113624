import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, folderMigrations, migrate } from "@offramp/db";
import {
  createDataKey,
  createLocalKeyFile,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
  localKeyFile,
  reencrypt,
  retireKeyVersion,
  rotateDataKey,
} from "@offramp/db/encryption";
import { throwawayPostgres } from "@offramp/db/testing";
import { createClient, type DatabaseOf } from "@offramp/supabase-shim";
import * as schema from "./schema.ts";

const server = await throwawayPostgres();
const folder = await mkdtemp(join(tmpdir(), "encrypted-columns-"));
const { url } = await server.createDatabase();
const db = connect({ url });
try {
  // Once, with the migrations. In production: kmsWrapper({ keyId: "alias/clinic-phi" }).
  await createLocalKeyFile(join(folder, "key"));
  const wrapper = localKeyFile(join(folder, "key"));
  const tables = folderMigrations("patients", fileURLToPath(new URL("../migrations", import.meta.url)));
  await migrate(db, [encryptionMigrations, tables, encryptedColumnsMigration(schema)]);
  await createDataKey(db, "phi", wrapper);

  // In the application.
  const keys = new KeyRing(db, wrapper);
  const supabase = createClient<DatabaseOf<typeof schema>>(db, undefined, { encryption: keys });
  await supabase.from("patients").insert([
    { name: "Ann", ssn: "078-05-1120", born: "1980-02-29", chart: { allergies: ["latex"] } },
    { name: "Ben", ssn: "219-09-9999", born: "1975-11-03" },
  ]);
  const { data: found } = await supabase
    .from("patients")
    .select("name, born, chart")
    .eq("ssn", "078-05-1120");
  console.log("the application finds", JSON.stringify(found));

  const [stored] = await db.query({
    text: "select left(encode(born, 'hex'), 40) as born from patients where name = 'Ann'",
  });
  console.log("the database has", stored?.["born"]);

  const { error: ordered } = await supabase.from("patients").select("name").order("born");
  console.log("refused:", ordered?.message);
  const { error: without } = await createClient(db).from("patients").select("ssn");
  console.log("refused:", without?.message);

  // At once, where an application gives its processes the five minutes that are the default.
  const version = await rotateDataKey(db, "phi", { wrapper, activateAfterMs: 0 });
  const retired = { name: "phi", version: version - 1 };
  const early = await retireKeyVersion(db, retired, { settledMs: 0 }).catch((error: unknown) => error);
  console.log("refused:", early instanceof Error ? early.message : "nothing");
  const { rowsWritten } = await reencrypt(db, keys, { table: "patients" });
  console.log("after a rotation", rowsWritten, "rows were encrypted anew");
  await retireKeyVersion(db, retired, { settledMs: 0 });

  await db.query({
    text: "update patients set born = (select born from patients where name = 'Ann') where name = 'Ben'",
  });
  const { error: moved } = await supabase.from("patients").select("born").eq("name", "Ben");
  console.log("refused:", moved?.message);
} finally {
  await db.close();
  await server.stop();
  await rm(folder, { recursive: true });
}
