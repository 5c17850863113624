import type * as DnsModule from "node:dns";
import { createRequire } from "node:module";
import { type AddressInfo, connect as connectSocket, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";

import { connect, type Database } from "../src/index.ts";
import { throwawayCluster, type ThrowawayCluster } from "../src/testing.ts";

// The object on which Node's sockets look a name up.
const dns = createRequire(import.meta.url)("node:dns") as typeof DnsModule;
type Found = (error: null, addresses: readonly { readonly address: string; readonly family: 4 }[]) => void;

const NAME = "clinic.db.invalid";
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closing.splice(0).toReversed()) await close();
});

/** An address of this machine that leads to a server, until it is cut off. */
async function gate(address: string, port: number, url: string): Promise<{ port: number; cut: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((incoming) => {
    const outgoing = connectSocket(Number(new URL(url).port), "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => (incoming.destroy(), outgoing.destroy()));
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  closing.push(() => Promise.resolve(cut()));
  return { port: (server.address() as AddressInfo).port, cut };
}

async function cluster(): Promise<ThrowawayCluster> {
  const made = await throwawayCluster();
  closing.push(() => made.stop());
  return made;
}

test.skipIf(process.platform !== "linux")(
  "a name that leads to another server is followed: reads lose nothing, and writes are never applied twice",
  async () => {
    const servers = await cluster();
    const { primary } = servers;
    const standby = await servers.addStandby();
    const before = await gate("127.0.0.1", 0, primary.url);
    // Only Linux gives this machine the rest of 127.0.0.0/8.
    await gate("127.0.0.2", before.port, standby.url);
    let address = "127.0.0.1";
    vi.spyOn(dns, "lookup").mockImplementation(((_name: string, _options: unknown, found: Found) =>
      found(null, [{ address, family: 4 }])) as unknown as typeof dns.lookup);

    const url = new URL(primary.url);
    url.hostname = NAME;
    url.port = String(before.port);
    const db: Database = connect({
      url: url.href,
      max: 4,
      dangerouslyDisableTls: true,
      retryWithinMs: 20_000,
    });
    closing.push(() => db.close({ timeoutMs: 100 }));
    await db.query({ text: "create table ledger (call text not null)" });

    const ended = new AbortController();
    const [failedReads, done, unknown]: [string[], string[], string[]] = [[], [], []];
    const work = async (worker: number): Promise<void> => {
      for (let n = 0; !ended.signal.aborted; n += 1) {
        const call = `${worker} ${n}`;
        await db
          .query({ text: "select 1", readOnly: true })
          .catch((error: Error) => failedReads.push(error.message));
        await db.query({ text: "insert into ledger values ($1)", values: [call] }).then(
          () => done.push(call),
          () => unknown.push(call),
        );
        await sleep(5);
      }
    };
    const workers = [1, 2, 3, 4].map(work);
    await sleep(300);
    // As a failover of RDS: the old primary goes, the standby takes over, and the name leads there a moment later.
    await primary.stop("fast");
    before.cut();
    const admin = connect({ url: standby.url, max: 1 });
    await admin.query({ text: "select pg_promote()" });
    await sleep(300);
    address = "127.0.0.2";
    const doneBefore = done.length;
    await expect.poll(() => done.length, { timeout: 20_000 }).toBeGreaterThan(doneBefore + 20);
    ended.abort();
    await Promise.all(workers);

    expect(failedReads).toEqual([]);
    const rows = await admin.query({ text: "select call, count(*) as n from ledger group by call" });
    await admin.close();
    const applied = new Map(rows.map(({ call, n }) => [call, Number(n)]));
    expect([...applied.values()].filter((n) => n > 1)).toEqual([]);
    expect(done.filter((call) => !applied.has(call))).toEqual([]);
    expect(unknown.length).toBeLessThanOrEqual(4);
  },
  60_000,
);
