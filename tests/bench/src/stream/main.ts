import { parseArgs } from "node:util";
import { connect } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { createClient } from "@offramp/supabase-shim";
import postgres from "postgres";
import { heapInUse } from "../engine/collect-garbage.ts";

/**
 * `pnpm bench:stream --rows 1000000`: an export of a large table, by `stream()` and by a cursor of postgres.js, in batches
 * of 1,000. What the heap holds is looked at ten times on the way.
 */
const { values } = parseArgs({ options: { rows: { type: "string", default: "1000000" } } });
const rows = Number(values.rows);
const BATCH = 1000;
const MIB = 1024 * 1024;

const server = await throwawayPostgres({ provider: "embedded" });
const { url } = await server.createDatabase();
const db = connect({ url, max: 2 });
await db.query({
  text: `create table readings (id integer primary key, device text not null, taken date not null, value numeric not null);
    insert into readings select n, 'device ' || n % 100, date '2026-01-01' + n % 365, n / 8.0
    from generate_series(1, ${rows}) as n;
    analyze readings`,
  script: true,
});
const supabase = createClient(db, undefined, { audit: false, watchSchema: false });
const sql = postgres(url, { max: 1 });

const byStream = await exported(
  supabase.from("readings").select("id, device, taken, value").stream({ batch: BATCH }),
);
const byCursor = await exported(sql`select id, device, taken, value from readings`.cursor(BATCH));
for (const [name, { seconds, highest, count }] of [
  ["stream()", byStream],
  ["a cursor by hand", byCursor],
] as const) {
  const rate = Math.round(count / seconds).toLocaleString("en");
  console.log(
    `${name.padEnd(18)}${count.toLocaleString("en")} rows in ${seconds.toFixed(1)} s, ${rate} rows/s, heap at most ${(highest / MIB).toFixed(1)} MiB more than before`,
  );
}
await Promise.all([db.close(), sql.end()]);
await server.stop();
console.log(
  `stream() is ${(byCursor.seconds / byStream.seconds).toFixed(2)} times as fast as the cursor by hand`,
);

interface Exported {
  readonly count: number;
  readonly seconds: number;
  /** Bytes of heap beyond those before the export, at most. */
  readonly highest: number;
}

async function exported(batches: AsyncIterable<readonly unknown[]>): Promise<Exported> {
  const before = heapInUse();
  const start = performance.now();
  let count = 0;
  let highest = 0;
  let next = rows / 10;
  for await (const batch of batches) {
    count += batch.length;
    if (count < next) continue;
    next += rows / 10;
    highest = Math.max(highest, heapInUse() - before);
  }
  return { count, highest, seconds: (performance.now() - start) / 1000 };
}
