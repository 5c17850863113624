import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { connect, ConfigurationError } from "../src/index.ts";
import { unprivilegedUser } from "../src/testing/unprivileged-user.ts";
import { only, rejection, testDatabase } from "./test-database.ts";

const version = spawnSync("pgbouncer", ["--version"], { encoding: "utf8" });
const installed = version.status === 0;
/** Since 1.21 it keeps track of prepared statements. Debian 12 has 1.18, Debian 13 has 1.24. */
const [, major = "0", minor = "0"] = /PgBouncer (\d+)\.(\d+)/.exec(version.stdout ?? "") ?? [];
const tracks = installed && (Number(major) > 1 || Number(minor) >= 21);
const withoutTracking = tracks
  ? ""
  : `: SKIPPED, ${installed ? `PgBouncer ${major}.${minor} cannot` : "it is not installed"}`;
const database = testDatabase();
let folder: string;
let pooler: ChildProcess;
let url: string;

/** PgBouncer in transaction mode, with two sessions for everybody. */
async function startPooler(): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(database.url);
  const listenPort = await freePort();
  folder = mkdtempSync(path.join(tmpdir(), "offramp-pooler-"));
  const file = (name: string, text: string): string => {
    const place = path.join(folder, name);
    writeFileSync(place, text);
    return place;
  };
  const users = file("users.txt", `"${username}" "${decodeURIComponent(password)}"\n`);
  const settings = file(
    "pooler.ini",
    `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
${tracks ? "max_prepared_statements = 10" : ""}
`,
  );
  chmodSync(folder, 0o755);
  pooler = spawn("pgbouncer", [settings], { ...unprivilegedUser(), stdio: "ignore" });
  const relayed = new URL(database.url);
  relayed.hostname = "127.0.0.1";
  relayed.port = String(listenPort);
  url = `${relayed.href}?pgbouncer=true`;
  expect(pathname).not.toBe("/");
  for (let look = 0; look < 100; look += 1) {
    const socket = net.connect(listenPort, "127.0.0.1");
    const answers = await Promise.race([
      once(socket, "connect").then(
        () => true,
        () => false,
      ),
      sleep(500).then(() => false),
    ]);
    socket.destroy();
    if (answers) return;
    await sleep(50);
  }
  throw new Error("pgbouncer does not listen");
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

describe.skipIf(!installed)(
  "through PgBouncer in transaction mode (skipped where it is not installed)",
  () => {
    beforeAll(startPooler);
    afterAll(async () => {
      const ended = once(pooler, "exit");
      pooler.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true });
    });

    test("many statements, asked to be prepared or not, of many clients", async () => {
      const clients = Array.from({ length: 4 }, () => connect({ url, max: 5 }));
      const rows = await Promise.all(
        clients.flatMap((db) =>
          Array.from({ length: 50 }, (_, n) =>
            db.query({ text: "select $1::int + 1 as n", values: [String(n)], prepare: n % 2 === 0 }),
          ),
        ),
      );
      expect(rows.map((row) => only(row)["n"])).toEqual(
        clients.flatMap(() => Array.from({ length: 50 }, (_, n) => String(n + 1))),
      );
      await Promise.all(clients.map((db) => db.close()));
    });

    describe.skipIf(!tracks)(`with max_prepared_statements (since PgBouncer 1.21)${withoutTracking}`, () => {
      const tracked = () => connect({ url, max: 5, preparedStatements: true });

      test("a statement is prepared once for each session, whichever client asks", async () => {
        const clients = Array.from({ length: 4 }, tracked);
        const rows = await Promise.all(
          clients.flatMap((db) =>
            Array.from({ length: 100 }, (_, n) =>
              db.query({ text: "select $1::int + 40 as tracked", values: [String(n)], prepare: true }),
            ),
          ),
        );
        expect(rows.map((row) => only(row)["tracked"])).toEqual(
          clients.flatMap(() => Array.from({ length: 100 }, (_, n) => String(n + 40))),
        );
        const [one] = clients;
        const prepared = await one?.query({
          text: "select name from pg_prepared_statements where statement like '%as tracked%' and from_sql is false",
        });
        expect(prepared?.map(({ name }) => name)).toEqual([expect.stringMatching(/^PGBOUNCER_/)]);
        await Promise.all(clients.map((db) => db.close()));
      });

      test("more of them than it keeps, and in transactions that change sessions", async () => {
        const db = tracked();
        for (let round = 0; round < 3; round += 1) {
          const found = await Promise.all(
            Array.from({ length: 30 }, (_, n) =>
              db.transaction(async (transaction) => {
                const row = await transaction.query({
                  text: `select $1::text || ' ${n}' as told`,
                  values: ["round"],
                  prepare: true,
                });
                await transaction.query({ text: "select pg_sleep(0.002)" });
                return only(row)["told"];
              }),
            ),
          );
          expect(found).toEqual(Array.from({ length: 30 }, (_, n) => `round ${n}`));
        }
        await db.close();
      });

      test("one that DDL made stale goes on, on sessions that others prepared it on", async () => {
        await database.db.query({
          text: "create table pooled (a int); insert into pooled values (1)",
          script: true,
        });
        const [one, other] = [tracked(), tracked()];
        const read = async (db: typeof one) =>
          only(await db.query({ text: "select * from pooled", prepare: true, readOnly: true }));
        await Promise.all(Array.from({ length: 20 }, (_, n) => read(n % 2 === 0 ? one : other)));
        await database.db.query({ text: "alter table pooled add column b int default 2" });
        const rows = await Promise.all(Array.from({ length: 20 }, (_, n) => read(n % 2 === 0 ? one : other)));
        expect(rows).toEqual(Array.from({ length: 20 }, () => ({ a: "1", b: "2" })));
        // A client that comes later meets the sessions as they are.
        const late = tracked();
        expect(await read(late)).toEqual({ a: "1", b: "2" });
        await Promise.all([one, other, late].map((db) => db.close()));
      });
    });

    test("a transaction's settings are gone for the next client of its session", async () => {
      const [one, other] = [connect({ url, max: 4 }), connect({ url, max: 4 })];
      await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          one.transaction(async (transaction) => {
            await transaction.query({
              text: "select set_config('app.user', $1, true)",
              values: [`user ${n}`],
            });
            await transaction.query({ text: "select pg_sleep(0.01)" });
          }),
        ),
      );
      const seen = await Promise.all(
        Array.from({ length: 8 }, () =>
          other.query({ text: "select coalesce(current_setting('app.user', true), '') as who" }),
        ),
      );
      expect(seen.map((row) => only(row)["who"])).toEqual(Array.from({ length: 8 }, () => ""));
      await Promise.all([one.close(), other.close()]);
    });

    test("a statement is cancelled", async () => {
      const db = connect({ url });
      await db.query({ text: "select 1" });
      const error = await rejection(
        db.query({ text: "select pg_sleep(60)", signal: AbortSignal.timeout(100) }),
      );
      expect(error).toMatchObject({ code: "57014" });
      await db.close();
    });

    test("a pooler that loses its server is a connection that is lost, and reads go on", async () => {
      const db = connect({ url, max: 2 });
      const reading = db.query({ text: "select pg_sleep(0.4), 1 as one", readOnly: true });
      await sleep(150);
      await database.db.query({
        text: "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%pg_sleep(0.4)%' and pid <> pg_backend_pid()",
      });
      expect(only(await reading)["one"]).toBe("1");
      await db.close();
    });

    test("no session is left listening", async () => {
      const db = connect({ url });
      expect(await rejection(db.listen("news", () => undefined))).toBeInstanceOf(ConfigurationError);
      expect(await db.query({ text: "select pg_listening_channels()" })).toEqual([]);
      await db.close();
    });
  },
);

describe("what a pooler in transaction mode cannot do is said", () => {
  test("settings for the session", () => {
    expect(() =>
      connect({ url: database.url, pooler: "transaction", session: { statement_timeout: "1s" } }),
    ).toThrow(/settings for the session do not pass a pooler in transaction mode.*alter role … set …/);
  });

  test("listening", async () => {
    const db = connect({ url: database.url, pooler: "transaction" });
    expect((await rejection(db.listen("news", () => undefined))).message).toMatch(
      /use a connect\(\) of its own that leads to the server directly/,
    );
    await db.close();
  });
});
