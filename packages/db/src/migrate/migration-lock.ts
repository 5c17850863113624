import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError } from "../errors/connection-error.ts";
import type { Queryable } from "../port.ts";

/** The same number in every process: the first eight bytes of the SHA-256 of "offramp.migration". */
const LOCK = "-6744905417447496795";
const LOOK_EVERY_MS = 100;

/**
 * Takes the lock that lets one process migrate at a time. It belongs to the session, so it also
 * goes when the process dies. Asking again and again, instead of letting PostgreSQL wait, keeps
 * this session from holding up the other one's CREATE INDEX CONCURRENTLY.
 *
 * @returns the milliseconds that passed.
 * @throws {ConnectionError} problem `timeout`.
 */
export async function takeMigrationLock(session: Queryable, timeoutMs: number): Promise<number> {
  const started = performance.now();
  for (;;) {
    const [row] = await session.query({ text: "select pg_try_advisory_lock($1) as taken", values: [LOCK] });
    const waited = performance.now() - started;
    if (row?.["taken"] === "t") return waited;
    if (waited > timeoutMs) {
      throw new ConnectionError(
        "timeout",
        `migrate(): another process has been migrating this database for more than ${timeoutMs / 1000} s. ` +
          "Wait for it, or find its session in pg_locks (locktype advisory) and end it with pg_terminate_backend.",
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
}

export async function releaseMigrationLock(session: Queryable): Promise<void> {
  await session.query({ text: "select pg_advisory_unlock($1)", values: [LOCK] });
}
