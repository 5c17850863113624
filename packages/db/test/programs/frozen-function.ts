// A function as Lambda runs it: one connection, a handle outside of its handler, and a call for every line that comes.
import { createInterface } from "node:readline";
import { connect } from "../../src/index.ts";

const db = connect({ max: 1, idleTimeoutMs: 300, pingAfterMs: 100 });
const heard: string[] = [];
const listener = await db.listen("news", (payload) => heard.push(payload));
listener.unref();

async function handle(): Promise<void> {
  await Promise.all([
    db.query({ text: "insert into calls values ('query')" }),
    db.query({ text: "select count(*) from calls", readOnly: true }),
    db.transaction(async (transaction) => {
      await transaction.query({ text: "insert into calls values ('transaction')" });
      // While the only connection of the pool is in use.
      await db.aside({ text: "insert into calls values ('aside')" });
    }),
  ]);
}

console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  await handle().then(
    () => console.log("answered"),
    (error: Error) => console.log(error.message),
  );
}
await db.close();
