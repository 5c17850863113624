import { createRequire } from "node:module";

/*
 * A process that was just started, and its first row; prints a FirstRow of arm.ts. Arguments: the arm, `import` or
 * `require`, the database's URL, and the path of the snapshot. Plain JavaScript, so that the process has nothing to do
 * with types before it begins.
 */
const [arm, kind, url = "", snapshot = ""] = process.argv.slice(2);
const require = createRequire(import.meta.url);
/** @param {string} name */
const load = (name) => (kind === "import" ? import(name) : require(name));

const cpu = process.cpuUsage();
const begun = performance.now();
const moments = arm === "postgres.js" ? await withDriver() : await withClient();
const { user, system } = process.cpuUsage(cpu);
await moments.end();
console.log(
  JSON.stringify({
    import: moments.imported - begun,
    client: moments.made - moments.imported,
    row: moments.answered - moments.made,
    cpu: (user + system) / 1000,
    loadsFetch: process.moduleLoadList.some((name) => name.includes("undici")),
    loadsTelemetry: Object.keys(require.cache).some((name) => name.includes("@opentelemetry")),
  }),
);

async function withDriver() {
  const loaded = await load("postgres");
  const imported = performance.now();
  const sql = (loaded.default ?? loaded)(url, { max: 1 });
  const made = performance.now();
  await sql`select 1`;
  return { imported, made, answered: performance.now(), end: () => sql.end() };
}

async function withClient() {
  const { createClient, closeAll } = await load("@offramp/supabase-shim");
  const imported = performance.now();
  const client = createClient(url, undefined, arm === "snapshot" ? { schemaSnapshot: snapshot } : {});
  const made = performance.now();
  await client.from("profiles").select("id, email").limit(1).single().throwOnError();
  return { imported, made, answered: performance.now(), end: closeAll };
}
