import { auditedDrizzle } from "@offramp/audit/drizzle";
import type { Database } from "@offramp/db";
import { profiles } from "@offramp/db/schema";
import { eq, like } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { type Door, idsOf } from "./door.ts";

type Statements = Pick<NodePgDatabase, "select" | "insert" | "update" | "delete">;

/** Drizzle with the trail under it, on connections of its own. */
export function drizzleDoor(
  url: string,
  {
    database,
    connections,
    name,
  }: { readonly database: Database; readonly connections: number; readonly name: string },
): Door {
  const pool = new Pool({ connectionString: url, max: connections, application_name: name });
  // A connection that ends while nothing waits for it, in the pool or between two statements of a transaction.
  pool.on("error", () => undefined);
  pool.on("connect", (connection) => connection.on("error", () => undefined));
  const db = auditedDrizzle(drizzle(pool), { database });
  return {
    ...doorOn(db),
    transaction: (work) => db.transaction((tx) => work(doorOn(tx))),
  };
}

function doorOn(db: Statements): Door {
  const shown = { id: profiles.id, email: profiles.email, fullName: profiles.fullName };
  const changed = { id: profiles.id };
  return {
    name: "drizzle",
    read: async (patient) => idsOf(await db.select(shown).from(profiles).where(eq(profiles.id, patient))),
    readMany: async () => idsOf(await db.select(shown).from(profiles).where(like(profiles.email, "p1%"))),
    create: async (call) =>
      idsOf(
        await db
          .insert(profiles)
          .values({ email: `${call}@example.com`, fullName: call })
          .returning(changed),
      ),
    update: async (patient, call) =>
      idsOf(
        await db.update(profiles).set({ fullName: call }).where(eq(profiles.id, patient)).returning(changed),
      ),
    remove: async (patient) =>
      idsOf(await db.delete(profiles).where(eq(profiles.id, patient)).returning(changed)),
  };
}
