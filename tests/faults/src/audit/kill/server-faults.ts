import { connect, type Database, type Statement } from "@offramp/db";
import { setTimeout as sleep } from "node:timers/promises";
import { CALLER_NAME } from "./scene.ts";

const RECOVERY_WITHIN_MS = 60_000;

/** What happens to the server of the kill test, which must run on this machine. */
export interface ServerFaults {
  /** Ends one caller's session, as an administrator or a failover does. */
  endSession(): Promise<void>;
  /**
   * Kills the process of one caller's session with SIGKILL. PostgreSQL then gives up all others and its shared memory,
   * and recovers from its log, as after a crash of the whole server.
   */
  crash(): Promise<void>;
  /** Waits until no caller has a session: what killed clients had sent has ended. */
  quiet(): Promise<void>;
}

export function serverFaults(url: string): ServerFaults {
  const sessions: Statement = {
    text: "select pid from pg_stat_activity where application_name = $1 order by random()",
    values: [CALLER_NAME],
  };
  return {
    async endSession() {
      await patiently(url, (db) =>
        db.query({
          text: `select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = $1 order by random() limit 1`,
          values: [CALLER_NAME],
        }),
      );
    },
    async crash() {
      const pid = await patiently(url, async (db) => {
        for (;;) {
          const [session] = await db.query(sessions);
          if (session !== undefined) return Number(session["pid"]);
          await sleep(5);
        }
      });
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        // It ended by itself in the meantime, with the client that it served.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
        await this.crash();
      }
    },
    async quiet() {
      await patiently(url, async (db) => {
        while ((await db.query(sessions)).length > 0) await sleep(20);
      });
    },
  };
}

/** Runs `work` on a connection of its own, again and again while the server is recovering. */
async function patiently<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const until = performance.now() + RECOVERY_WITHIN_MS;
  for (;;) {
    const db = connect({ url, max: 1, applicationName: "kill test" });
    try {
      return await work(db);
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(50);
    } finally {
      await db.close();
    }
  }
}
