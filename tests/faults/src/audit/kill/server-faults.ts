import { connect, type Database, type Statement } from "@offramp/db";
import { setTimeout as sleep } from "node:timers/promises";
import { CALLER_NAME } from "./scene.ts";

const SESSION_WITHIN_MS = 5_000;
/** How long a server may take to recover, and the sessions of killed callers to end. */
const WITHIN_MS = 60_000;

/** What happens to the server of the kill test, which must run on this machine. */
export interface ServerFaults {
  /** Ends one caller's session, as an administrator or a failover does. */
  endSession(): Promise<void>;
  /**
   * Kills the process of one caller's session with SIGKILL. PostgreSQL then gives up all others and its shared memory,
   * and recovers from its log, as after a crash of the whole server. Resolves to false when no caller had a session.
   */
  crash(): Promise<boolean>;
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
      return patiently(url, async (db) => {
        for (const until = performance.now() + SESSION_WITHIN_MS; performance.now() < until; await sleep(5)) {
          const [session] = await db.query(sessions);
          if (session !== undefined && isKilled(Number(session["pid"]))) return true;
        }
        return false;
      });
    },
    async quiet() {
      await patiently(url, async (db, until) => {
        for (let open = await db.query(sessions); open.length > 0; open = await db.query(sessions)) {
          if (performance.now() > until)
            throw new Error(`${open.length} sessions of killed callers do not end.`);
          await sleep(20);
        }
      });
    },
  };
}

/** False for a process that has ended by itself in the meantime, with the client that it served. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Runs `work` on a connection of its own, again and again while the server is recovering. */
async function patiently<T>(url: string, work: (db: Database, until: number) => Promise<T>): Promise<T> {
  const until = performance.now() + WITHIN_MS;
  for (;;) {
    const db = connect({ url, max: 1, applicationName: "kill test" });
    try {
      return await work(db, until);
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(50);
    } finally {
      await db.close();
    }
  }
}
