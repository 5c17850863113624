import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { auditMigrations, grantAuditWriter, phiMarksMigration, withActor } from "@offramp/audit";
import { connect, type Database, encrypted, migrate, migration, phi, withOwnWrites } from "@offramp/db";
import {
  createDataKey,
  createLocalKeyFile,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
  localKeyFile,
} from "@offramp/db/encryption";
import { throwawayCluster, type ThrowawayCluster, type ThrowawayServer } from "@offramp/db/testing";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";

const schema = {
  patients: pgTable("patients", {
    id: integer("id").primaryKey(),
    name: phi(text("name"), "identifier"),
    ssn: phi(encrypted(text("ssn"), { key: "phi" }), "identifier"),
  }),
};
const TABLES = `
  create table patients (id int primary key, name text, ssn bytea);
  create function named(wanted text) returns setof patients language sql stable
    as 'select * from patients where name = wanted';
  create role ward_clerk;
  grant select on patients to ward_clerk;`;

let cluster: ThrowawayCluster;
let standby: ThrowawayServer;
let folder: string;
/** Past the client. */
let primary: Database;
let replica: Database;
let db: Database;
let client: SupabaseClient;

beforeAll(async () => {
  cluster = await throwawayCluster();
  primary = connect({ url: cluster.primary.url, max: 3 });
  const tables = { name: "tables", migrations: () => [migration("0000", [TABLES])] };
  await migrate(primary, [
    encryptionMigrations,
    auditMigrations(),
    tables,
    encryptedColumnsMigration(schema),
    phiMarksMigration(schema),
  ]);
  await grantAuditWriter(primary, "ward_clerk");
  folder = await mkdtemp(join(tmpdir(), "offramp-replicas-"));
  const file = join(folder, randomBytes(4).toString("hex"));
  await createLocalKeyFile(file);
  await createDataKey(primary, "phi", localKeyFile(file));
  standby = await cluster.addStandby();
  replica = connect({ url: standby.url, max: 1 });
  db = connect({
    url: cluster.primary.url,
    replicas: [new URL(standby.url).host],
    maxReplicaLagMs: 600_000,
    retryWithinMs: 300,
  });
  const encryption = new KeyRing(primary, localKeyFile(file));
  client = createClient(db, undefined, { watchSchema: false, encryption, db: { retry: false } });
  await client
    .from("patients")
    .insert([
      { id: 1, name: "replica", ssn: "078-05-1120" },
      { id: 2, name: "other", ssn: "219-09-9999" },
    ])
    .throwOnError();
  await stopReplaying();
  // What is not replayed tells who answered.
  await primary.query({ text: "update patients set name = 'primary' where id = 1" });
}, 60_000);

afterAll(async () => {
  await Promise.all([db.close(), primary.close(), replica.close()]);
  await cluster.stop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  // Looked at every 200 ms while there are reads.
  await until(() => inContext(async () => (await name(client)) === "replica"));
  await records();
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; !(await holds()); await sleep(50)) {
    if (performance.now() > end) throw new Error("It did not come to be within 20 s.");
  }
}

/** The replica has all that was written so far, which is known, and from now on nothing. */
async function stopReplaying(): Promise<void> {
  const where = { text: "select pg_is_in_recovery() as standby", readOnly: true };
  await until(() => withOwnWrites(async () => (await db.query(where))[0]?.["standby"] === "t"));
  const [written] = await primary.query({ text: "select pg_current_wal_insert_lsn() as lsn" });
  const reached = {
    text: "select pg_last_wal_replay_lsn() >= $1 as reached",
    values: [written?.["lsn"] ?? ""],
  };
  await until(async () => (await replica.query(reached))[0]?.["reached"] === "t");
  await replica.query({ text: "select pg_wal_replay_pause()" });
}

/** A request of its own, which has written nothing. */
function inContext<T>(work: () => Promise<T>): Promise<T> {
  return withOwnWrites(() => withActor({ id: "nurse-1" }, work));
}

async function name(by: SupabaseClient): Promise<unknown> {
  return (await by.from("patients").select("name").eq("id", 1).single()).data?.name;
}

let seen = "0";

/** What the trail has got since it was last asked, on the primary, oldest first. */
async function records(): Promise<readonly unknown[]> {
  const rows = await primary.query({
    text: `select id, json_build_object('actor', actor_id, 'action', action, 'outcome', outcome, 'columns', columns,
        'rows', row_count) as record from audit.phi_access_log where id > $1 order by id`,
    values: [seen],
  });
  seen = rows.at(-1)?.["id"] ?? seen;
  return rows.map(({ record }) => JSON.parse(record ?? ""));
}

const read = { actor: "nurse-1", action: "READ", outcome: "success", rows: 1 };

describe("an audited read", () => {
  test("brings the replica's rows, and its record is on the primary", async () => {
    expect(await inContext(() => name(client))).toBe("replica");
    expect(await records()).toEqual([{ ...read, columns: ["public.patients.name"] }]);
  });

  test("with a role and claims", async () => {
    const clerk = client.withClaims({ role: "ward_clerk", sub: "clerk-7" });
    const { data } = await withOwnWrites(async () =>
      clerk.from("patients").select("name").eq("id", 1).single().throwOnError(),
    );
    expect(data?.name).toBe("replica");
    expect(await records()).toEqual([{ ...read, actor: "clerk-7", columns: ["public.patients.name"] }]);
  });

  test("of an encrypted column", async () => {
    const { data } = await inContext(async () => client.from("patients").select("name, ssn").eq("id", 1));
    expect(data).toEqual([{ name: "replica", ssn: "078-05-1120" }]);
    expect(await records()).toEqual([{ ...read, columns: ["public.patients.name", "public.patients.ssn"] }]);
  });

  test("of a function that changes nothing", async () => {
    const { data } = await inContext(async () =>
      client.rpc("named", { wanted: "replica" }, { get: true }).select("id"),
    );
    expect(data).toEqual([{ id: 1 }]);
    expect(await records()).toMatchObject([{ actor: "nurse-1", outcome: "success", rows: 1 }]);
  });

  test("that finds no row where one is asked for is recorded once", async () => {
    const answer = await inContext(async () => client.from("patients").select("name").eq("id", 9).single());
    expect(answer.error?.code).toBe("PGRST116");
    expect(await records()).toEqual([{ ...read, rows: 0, columns: ["public.patients.name"] }]);
  });

  test("after a write of the same request is the primary's, and recorded once", async () => {
    const written = await inContext(async () => {
      await client.from("patients").update({ name: "other still" }).eq("id", 2).throwOnError();
      return name(client);
    });
    expect(written).toBe("primary");
    expect(await records()).toMatchObject([{ action: "UPDATE" }, { action: "READ", rows: 1 }]);
  });
});

describe("the rows of a replica", () => {
  test("are kept back until the primary has committed the record", async () => {
    const holder = await primary.reserve();
    await holder.query({ text: "begin" });
    await holder.query({ text: "lock table audit.phi_access_log in share mode" });
    let answered = false;
    const call = inContext(() => name(client)).then((value) => {
      answered = true;
      return value;
    });
    await sleep(400);
    expect(answered).toBe(false);
    await holder.query({ text: "rollback" });
    await holder.release();
    expect(await call).toBe("replica");
    expect(await records()).toHaveLength(1);
  });

  test("are not shown where the record is refused", async () => {
    await primary.query({
      text: `create function full_disk() returns trigger language plpgsql
          as $$ begin raise exception 'the disk of the trail is full' using errcode = '53100'; end $$;
        create trigger full_disk before insert on audit.phi_access_log for each row execute function full_disk()`,
      script: true,
    });
    const answer = await inContext(async () => client.from("patients").select("name"));
    await primary.query({ text: "drop trigger full_disk on audit.phi_access_log" });
    expect(answer.data).toBeNull();
    expect(answer.error?.message).toContain("the disk of the trail is full");
    expect(await records()).toEqual([]);
  });

  test("are not shown while the primary is down, though the replica would answer", async () => {
    await cluster.primary.stop("immediate");
    expect(await replica.query({ text: "select name from patients where id = 1" })).toEqual([
      { name: "replica" },
    ]);
    const answer = await inContext(async () => client.from("patients").select("name"));
    expect(answer.data).toBeNull();
    expect(answer.error).not.toBeNull();
    await cluster.primary.start();
    await expect.poll(() => inContext(() => name(client)), { timeout: 20_000 }).toBeTruthy();
  });
});
