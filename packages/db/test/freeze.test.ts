import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { connect, type Database } from "../src/index.ts";
import { type Relay, relayTo, throwawayPostgres, type ThrowawayPostgres } from "../src/testing.ts";

let server: ThrowawayPostgres;
let admin: Database;
let relay: Relay;
let frozen: FrozenFunction;

beforeAll(async () => {
  server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  admin = connect({ url, max: 1, applicationName: "administrator" });
  await admin.query({ text: "create table calls (what text)" });
  relay = await relayTo(url);
});
afterEach(() => frozen.end());
afterAll(async () => {
  await relay.close();
  await admin.close();
  await server.stop();
});

/** A process that answers one line for each call. */
class FrozenFunction {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    const program = fileURLToPath(new URL("programs/frozen-function.ts", import.meta.url));
    this.#process = spawn(process.execPath, ["--conditions=@offramp/source", program], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, DATABASE_URL: relay.url },
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    return String((await this.#lines.next()).value);
  }

  call(): Promise<string> {
    this.#process.stdin.write("call\n");
    return this.line();
  }

  freeze(): void {
    this.#process.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process.kill("SIGCONT");
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }
}

/** Longer than the function keeps an idle connection, and than it trusts one. */
const FROZEN_MS = 900;

async function callsDone(): Promise<readonly unknown[]> {
  const rows = await admin.query({
    text: "select what, count(*) as n from calls group by what order by what",
  });
  await admin.query({ text: "truncate calls" });
  return rows.map(({ what, n }) => [what, Number(n)]);
}

const endSessions = (): Promise<unknown> =>
  admin.query({
    text: `select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  });

test.each([
  ["nothing else happens", async (): Promise<void> => undefined],
  ["the server closes the connections", async (): Promise<unknown> => endSessions()],
  ["the network resets them", async (): Promise<void> => relay.cut()],
  ["the network forgets them, and tells nobody", async (): Promise<void> => relay.forget()],
])("a process that is frozen while %s answers its next call", async (_, happens) => {
  frozen = new FrozenFunction();
  expect(await frozen.line()).toBe("ready");
  expect(await frozen.call()).toBe("answered");
  const before = relay.accepted;
  for (let times = 0; times < 2; times += 1) {
    frozen.freeze();
    await happens();
    await sleep(FROZEN_MS);
    frozen.thaw();
    expect(await frozen.call()).toBe("answered");
  }
  expect(await callsDone()).toEqual([
    ["aside", 3],
    ["query", 3],
    ["transaction", 3],
  ]);
  // One of the pool, one beside it, and one that listens, each time: timers that are all due at once open no more.
  expect(relay.accepted - before).toBeLessThanOrEqual(2 * 3);
});
