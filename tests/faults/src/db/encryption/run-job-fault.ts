import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect, type Database, migrate } from "@offramp/db";
import {
  createDataKey,
  createLocalKeyFile,
  encryptBackfill,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
  keyUsage,
  localKeyFile,
  rotateDataKey,
} from "@offramp/db/encryption";
import { throwawayCluster } from "@offramp/db/testing";
import type { FaultOutcome } from "../run-fault.ts";
import { openPeople, PEOPLE_SCHEMA } from "./people.ts";
import { workOn } from "./people-load.ts";

/** A job that goes over a table, killed at work and taken up by the next process. */
export interface JobFault {
  readonly name: string;
  readonly job: "backfill" | "reencrypt";
}

const ROWS = 2_000;
const KILLS = 3;
const BATCHES_BEFORE_A_KILL = 5;
const REFRESH_MS = 100;
const ACTIVATE_AFTER_MS = 500;
const LOAD_NAME = "people load";
const JOB_NAME = "encryption job";

const TABLES = `
  create table people (id integer primary key, ssn_plain text, ssn bytea);
  create table written_by_job (id integer not null);
  create function note_job() returns trigger language plpgsql as $$ begin
    if current_setting('application_name') = '${JOB_NAME}' then insert into written_by_job values (new.id); end if;
    return null;
  end $$;
  create trigger note_job after update on people for each row execute function note_job();
  insert into people (id, ssn_plain) select n, 'person ' || n from generate_series(1, ${ROWS}) as n`;

/** Runs the job under load, kills it three times at work, lets the fourth process end it, and says what that cost. */
export async function runJobFault({ name, job }: JobFault): Promise<FaultOutcome> {
  const cluster = await throwawayCluster();
  const folder = await mkdtemp(path.join(tmpdir(), "offramp-faults-"));
  const { url } = cluster.primary;
  const db = connect({ url, max: 2 });
  try {
    const keyFile = path.join(folder, "key");
    const wrapper = await createLocalKeyFile(keyFile).then(() => localKeyFile(keyFile));
    await migrate(db, [encryptionMigrations]);
    await db.query({ script: true, text: TABLES });
    await migrate(db, [encryptedColumnsMigration(PEOPLE_SCHEMA)]);
    await createDataKey(db, "phi", wrapper);
    const keys = new KeyRing(db, wrapper, { refreshMs: REFRESH_MS });
    if (job === "reencrypt") {
      await encryptBackfill(db, keys, { table: "people", from: { ssn: "ssn_plain" } });
      await rotateDataKey(db, "phi", { wrapper, activateAfterMs: ACTIVATE_AFTER_MS });
    }
    const application = openPeople(url, { keys, applicationName: LOAD_NAME });
    const report = await workOn(application, { rows: ROWS, encrypted: job === "reencrypt" }, async () => {
      if (job === "reencrypt") await sleep(ACTIVATE_AFTER_MS + 2 * REFRESH_MS);
      for (let kill = 0; kill < KILLS; kill += 1) await runJob(url, { job, keyFile, kill: true });
      await runJob(url, { job, keyFile, kill: false });
    });
    const stored = await application.readAll();
    await application.close();
    const wrong = [...report.expected].filter(([id, ssn]) => stored.get(id) !== ssn);
    const told = [
      ...report.failures,
      ...wrong.map(([id]) => `row ${id} does not have what was written last`),
    ];
    return {
      fault: name,
      calls: report.calls,
      lost: told.length + (await leftBehind(db, job)),
      doubled: await writtenTwice(db),
      unknown: 0,
      longestGapMs: report.longestGapMs,
      leaked: await sessionsLeft(db),
      told,
    };
  } finally {
    await db.close();
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
}

/** One process of the job. Killed between two batches or in the middle of one, as it comes. */
async function runJob(
  url: string,
  { job, keyFile, kill }: { readonly job: string; readonly keyFile: string; readonly kill: boolean },
): Promise<void> {
  const program = fileURLToPath(new URL("run-job.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@offramp/source", program, job, keyFile, JOB_NAME], {
    env: { ...process.env, DATABASE_URL: url, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  let batches = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "batch") batches += 1;
    if (kill && batches === BATCHES_BEFORE_A_KILL) {
      await sleep(Math.random() * 20);
      child.kill("SIGKILL");
    }
  }
  const [code, signal] = await closed;
  const ended = kill ? signal === "SIGKILL" : code === 0;
  if (!ended) throw new Error(`the job ended otherwise than it should: code ${code}, signal ${signal}`);
}

/** Rows that the job should have written and did not. */
async function leftBehind(db: Database, job: JobFault["job"]): Promise<number> {
  if (job === "reencrypt") {
    const usage = await db.transaction((transaction) => keyUsage(transaction, "phi"));
    return usage.filter(({ version }) => version === 1).reduce((total, { values }) => total + values, 0);
  }
  const [row] = await db.query({
    text: "select count(*) as n from people where ssn_plain is not null and ssn is null",
  });
  return Number(row?.["n"]);
}

async function writtenTwice(db: Database): Promise<number> {
  const [row] = await db.query({
    text: "select count(*) as n from (select from written_by_job group by id having count(*) > 1) as twice",
  });
  return Number(row?.["n"]);
}

/** A session of a killed process ends when the server next looks at its socket. */
async function sessionsLeft(db: Database): Promise<number> {
  for (let look = 0; ; look += 1) {
    const rows = await db.query({
      text: "select 1 from pg_stat_activity where application_name = any(string_to_array($1, ','))",
      values: [`${LOAD_NAME},${JOB_NAME}`],
    });
    if (rows.length === 0 || look === 100) return rows.length;
    await sleep(20);
  }
}
