import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError, type Database, withOwnWrites } from "@offramp/db";

/** What the caller of a write was told. */
export interface ToldWrite {
  readonly call: string;
  readonly told: "done" | "no effect" | "unknown";
}

/** What happened while the load ran. */
export interface LoadReport {
  readonly calls: number;
  /** The messages of reads that failed. */
  readonly failedReads: readonly string[];
  readonly writes: readonly ToldWrite[];
  /** The longest time in which no call was answered. */
  readonly longestGapMs: number;
}

const READERS = 3;
const WRITERS = 3;
const TRANSACTIONS = 1;
const BEFORE_MS = 150;
const AFTER_MS = 250;
const ANSWERS_BEFORE = 10;
const CALLS_WITHOUT_ANSWER = 1_000;
const LONGEST_PAUSE_MS = 20;

/** Calls without end, as an application makes them, while `fault` happens. */
export async function underLoad(db: Database, fault: () => Promise<void>): Promise<LoadReport> {
  const ended = new AbortController();
  const failedReads: string[] = [];
  const writes: ToldWrite[] = [];
  let calls = 0;
  let answers = 0;
  let lastAnswer = performance.now();
  let longestGapMs = 0;
  const answered = (): void => {
    const now = performance.now();
    answers += 1;
    longestGapMs = Math.max(longestGapMs, now - lastAnswer);
    lastAnswer = now;
  };
  const tooEarly = (): boolean => answers < ANSWERS_BEFORE && calls < CALLS_WITHOUT_ANSWER;
  const forever = async (call: (id: string) => Promise<void>): Promise<void> => {
    while (!ended.signal.aborted) {
      calls += 1;
      await call(`call ${calls}`);
      await sleep(Math.random() * LONGEST_PAUSE_MS);
    }
  };
  const read = async (id: string): Promise<void> => {
    const statement = { text: "select count(*) from ledger where call = $1", values: [id], readOnly: true };
    // A request of its own, so that what others write does not keep it from a replica.
    const reading = withOwnWrites(() => db.query(statement));
    await reading.then(answered, (error: Error) => {
      const refused = error instanceof ConnectionError && error.problem === "closed";
      if (!refused) failedReads.push(error.message);
    });
  };
  const told = async (id: string, writing: Promise<unknown>): Promise<void> => {
    try {
      await writing;
      answered();
      writes.push({ call: id, told: "done" });
    } catch (error) {
      const unknown = error instanceof ConnectionError && error.outcome === "unknown";
      writes.push({ call: id, told: unknown ? "unknown" : "no effect" });
    }
  };
  const insert = (id: string) => ({ text: "insert into ledger values ($1)", values: [id] });
  const write = (id: string): Promise<void> => told(id, db.query(insert(id)));
  const transact = (id: string): Promise<void> =>
    told(
      id,
      db.transaction(async (transaction) => {
        await transaction.query({ text: "select 1" });
        await transaction.query(insert(id));
      }),
    );
  const callers = [
    ...Array.from({ length: READERS }, () => forever(read)),
    ...Array.from({ length: WRITERS }, () => forever(write)),
    ...Array.from({ length: TRANSACTIONS }, () => forever(transact)),
  ];
  try {
    await sleep(BEFORE_MS);
    // On a busy machine the first connection takes its time, and only a server that was there is waited for.
    while (tooEarly()) await sleep(10);
    await fault();
    await sleep(AFTER_MS);
  } finally {
    ended.abort();
    await Promise.all(callers);
  }
  answered();
  return { calls, failedReads, writes, longestGapMs };
}
