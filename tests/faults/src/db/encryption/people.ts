import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { integer, type PgTable, pgTable, text } from "drizzle-orm/pg-core";
import { encrypted } from "@offramp/db";
import { encryptedDrizzle } from "@offramp/db/drizzle";
import type { KeyRing } from "@offramp/db/encryption";
import { Pool } from "pg";

/** A table with a column that is encrypted, and the one that it is encrypted from. */
const people = pgTable("people", {
  id: integer("id").primaryKey(),
  ssnPlain: text("ssn_plain"),
  ssn: encrypted(text("ssn"), { key: "phi", searchable: "equality" }),
});

/** The schema that marks it as encrypted. */
export const PEOPLE_SCHEMA: { readonly people: PgTable } = { people };

/** People as an application writes and reads them. */
export interface People {
  insert(id: number, ssn: string): Promise<unknown>;
  update(id: number, ssn: string): Promise<unknown>;
  read(id: number): Promise<string | null | undefined>;
  readAll(): Promise<ReadonlyMap<number, string | null>>;
  /** How many there are with this number, by the blind index. */
  find(ssn: string): Promise<number>;
  close(): Promise<void>;
}

export function openPeople(
  url: string,
  { keys, applicationName }: { readonly keys: KeyRing; readonly applicationName: string },
): People {
  const pool = new Pool({ connectionString: url, max: 4, application_name: applicationName });
  const db = encryptedDrizzle(drizzle(pool, { schema: { people } }), keys);
  return {
    insert: (id, ssn) => db.insert(people).values({ id, ssn }).execute(),
    update: (id, ssn) => db.update(people).set({ ssn }).where(eq(people.id, id)).execute(),
    async read(id) {
      const [row] = await db.select().from(people).where(eq(people.id, id));
      return row?.ssn;
    },
    async readAll() {
      const rows = await db.select().from(people);
      return new Map(rows.map(({ id, ssn }) => [id, ssn]));
    },
    find: async (ssn) => (await db.select({ id: people.id }).from(people).where(eq(people.ssn, ssn))).length,
    close: () => pool.end(),
  };
}
