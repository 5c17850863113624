import { auditMigrations, phiMarksMigration, withActor } from "@offramp/audit";
import {
  connect,
  ConnectionError,
  type ConnectOptions,
  type Database,
  migrate,
  migration,
  phi,
  withOwnWrites,
} from "@offramp/db";
import { createClient, type SupabaseClient } from "@offramp/supabase-shim";
import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { pooler, POOLER_MISSING, type Pooler } from "../src/db/pooler.ts";

/** A pool of one, as a Lambda has it. Nothing that a call needs besides may wait for the connection that the call holds. */

const schema = {
  patients: pgTable("patients", { id: integer("id").primaryKey(), name: phi(text("name"), "identifier") }),
};
const ROWS = [
  { id: 1, name: "Ada" },
  { id: 2, name: "Ben" },
];
const AT_ONCE = 12;

let cluster: ThrowawayCluster;
let standbyHost: string;
let primary: Database;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  cluster = await throwawayCluster();
  primary = connect({ url: cluster.primary.url, max: 2 });
  const tables = {
    name: "tables",
    migrations: () => [
      migration("0000", [
        "create table patients (id int primary key, name text)",
        "insert into patients values (1, 'Ada'), (2, 'Ben')",
      ]),
    ],
  };
  await migrate(primary, [auditMigrations(), tables, phiMarksMigration(schema)]);
  standbyHost = new URL((await cluster.addStandby()).url).host;
}, 60_000);
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await primary.close();
  await cluster.stop();
});

/** Waiting for itself would end as `pool-exhausted`. */
function open(options: ConnectOptions = {}): { readonly db: Database; readonly client: SupabaseClient } {
  const db = connect({ url: cluster.primary.url, max: 1, acquireTimeoutMs: 5_000, ...options });
  closing.push(() => db.close({ timeoutMs: 100 }));
  return { db, client: createClient(db, undefined, { watchSchema: false }) };
}

function asNurse<T>(work: () => Promise<T>): Promise<T> {
  return withOwnWrites(() => withActor({ id: "nurse-1" }, work));
}

async function read(client: SupabaseClient): Promise<unknown> {
  const { data, error } = await client.from("patients").select("id, name").order("id");
  return error ?? data;
}

async function records(): Promise<number> {
  const [row] = await primary.query({
    text: "select count(*) as n from audit.phi_access_log where action = 'READ' and outcome = 'success'",
  });
  return Number(row?.["n"]);
}

/** What all of the calls answer at once, and how many records that left. */
async function atOnce(
  call: (n: number) => Promise<unknown>,
): Promise<{ answers: readonly unknown[]; written: number }> {
  const before = await records();
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => asNurse(() => call(n))));
  return { answers, written: (await records()) - before };
}

const ALL = Array.from({ length: AT_ONCE }, () => ROWS);

/** An audited read of its own, or two at once in a transaction, as it comes. */
const mixed = (client: SupabaseClient) => async (n: number) => {
  if (n % 2 === 0) return read(client);
  const [one, other] = await client.transaction((tx) => Promise.all([read(tx), read(tx)]));
  expect(other).toEqual(one);
  return one;
};

describe("with one connection", () => {
  test("audited reads, many at once", async () => {
    const { client } = open();
    expect(await atOnce(() => read(client))).toEqual({ answers: ALL, written: AT_ONCE });
  });

  test("audited reads in transactions, whose record is committed before the transaction has ended", async () => {
    const { client } = open();
    expect(await atOnce(mixed(client))).toEqual({ answers: ALL, written: 1.5 * AT_ONCE });
  });

  test("audited reads from a replica, whose record is on the primary, and in transactions beside them", async () => {
    const { db, client } = open({ replicas: [standbyHost] });
    await expect
      .poll(async () => {
        const where = { text: "select pg_is_in_recovery() as standby", readOnly: true };
        return (await withOwnWrites(() => db.query(where)))[0]?.["standby"];
      })
      .toBe("t");
    expect(await atOnce(() => read(client))).toEqual({ answers: ALL, written: AT_ONCE });
    expect(await atOnce(mixed(client))).toEqual({ answers: ALL, written: 1.5 * AT_ONCE });
  });

  test("a call past the transaction that holds the connection is told so, and the transaction goes on", async () => {
    const { db, client } = open({ acquireTimeoutMs: 300 });
    const seen = await asNurse(() =>
      client.transaction(async (tx) => {
        const past = await db.query({ text: "select 1" }).catch((error: unknown) => error);
        return [past, await read(tx)];
      }),
    );
    expect(seen[0]).toBeInstanceOf(ConnectionError);
    expect(seen[0]).toMatchObject({ problem: "pool-exhausted" });
    expect(seen[1]).toEqual(ROWS);
  });
});

describe.skipIf(POOLER_MISSING !== undefined)(
  `through PgBouncer${POOLER_MISSING === undefined ? "" : `: SKIPPED, ${POOLER_MISSING}`}`,
  () => {
    let between: Pooler;
    beforeAll(async () => {
      const { username, password } = new URL(cluster.primary.url);
      between = await pooler(cluster.primary.url, {
        user: username,
        password: decodeURIComponent(password),
      });
      await between.start();
    });
    afterAll(() => between.remove());

    test("audited reads, and in transactions, of several processes with one connection each", async () => {
      const url = new URL(cluster.primary.url);
      url.port = String(between.port);
      const clients = Array.from({ length: 3 }, () => open({ url: url.href, pooler: "transaction" }).client);
      const call = (n: number): Promise<unknown> => mixed(clients[n % 3] as SupabaseClient)(n);
      expect(await atOnce(call)).toEqual({ answers: ALL, written: 1.5 * AT_ONCE });
    });
  },
);
