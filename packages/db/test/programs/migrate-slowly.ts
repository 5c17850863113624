// One of two processes that migrate the same database at the same time.
import { connect, migrate, migration } from "../../src/index.ts";

const db = connect();
const slow = migration("0000_slow", ["create table slow (a int)", "select pg_sleep(0.5)"]);
console.log(JSON.stringify(await migrate(db, [{ name: "clinic", migrations: () => [slow] }])));
await db.close();
