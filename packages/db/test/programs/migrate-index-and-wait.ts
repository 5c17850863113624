// Migrates with an index that is made concurrently; the test kills it while PostgreSQL waits for a transaction.
import { connect, migrate, migration } from "../../src/index.ts";

const [id = "", statement = ""] = process.argv.slice(2);
const db = connect({ applicationName: "index builder" });
await migrate(db, [{ name: "indexes", migrations: () => [migration(id, [statement])] }]);
await db.close();
