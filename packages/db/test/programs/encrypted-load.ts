// Writes, reads and looks for encrypted values until its stdin ends, then says what it did, one JSON line.
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { encryptedDrizzle } from "../../src/drizzle-entry.ts";
import { KeyRing, localKeyFile } from "../../src/encryption-entry.ts";
import { connect, encrypted } from "../../src/index.ts";

const [writer = "0", keyFile = "", refreshMs = "1000"] = process.argv.slice(2);
const load = pgTable("load", {
  id: integer("id").primaryKey(),
  value: encrypted(text("value"), { key: "phi", searchable: "equality" }),
});
const db = connect();
const plain = drizzle(process.env["DATABASE_URL"] ?? "", { schema: { load } });
const keyed = encryptedDrizzle(
  plain,
  new KeyRing(db, localKeyFile(keyFile), { refreshMs: Number(refreshMs) }),
);

const stopping = new AbortController();
process.stdin.once("end", () => stopping.abort()).resume();
const first = Number(writer) * 1_000_000;
const valueOf = (n: number): string => `value ${writer} ${n}`;
const done = { written: 0, updated: 0, wrong: 0, unfound: 0, errors: [] as string[] };

for (let n = 0; !stopping.signal.aborted; n += 1) {
  try {
    await keyed.insert(load).values({ id: first + n, value: valueOf(n) });
    done.written += 1;
    // An older row, which another version may have written, is read, found by its value, and written again.
    const older = Math.floor(n / 2);
    const [row] = await keyed
      .select()
      .from(load)
      .where(eq(load.id, first + older));
    if (row?.value !== valueOf(older)) done.wrong += 1;
    const found = await keyed
      .select({ id: load.id })
      .from(load)
      .where(eq(load.value, valueOf(older)));
    if (found.length !== 1) done.unfound += 1;
    if (n % 5 === 0) {
      await keyed
        .update(load)
        .set({ value: valueOf(older) })
        .where(eq(load.id, first + older));
      done.updated += 1;
    }
  } catch (error) {
    done.errors.push(error instanceof Error ? `${error.message} ${String(error.cause)}` : String(error));
  }
  if (n === 0) console.log("running");
}
console.log(JSON.stringify(done));
await plain.$client.end();
await db.close();
