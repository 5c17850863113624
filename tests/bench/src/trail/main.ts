import { generateKeyPairSync } from "node:crypto";
import { parseArgs } from "node:util";
import { openTrail, signingKey } from "@offramp/audit";
import { throwawayPostgres } from "@offramp/db/testing";
import { appendFigures } from "./append-figures.ts";
import { fillTrail } from "./fill-trail.ts";
import { watchingMemory } from "./resident-memory.ts";
import { subjectFigures } from "./subject-figures.ts";

const usage = `pnpm bench:trail            what it takes to keep and examine a large trail
    --records n             how many records it has (default 1,000,000; ten million take some ten minutes and 10 GB)
    --only what             verify, subject or append: only this; may be said again
    --block-records n       how many records a block has at most (default as seal() has it)`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    records: { type: "string", default: "1000000" },
    only: { type: "string", multiple: true },
    "block-records": { type: "string" },
  },
});

const PATIENTS = 200_000;
const records = Number(values.records);
const whole = (value: number): string => Math.round(value).toLocaleString("en");
const isAsked = (what: string): boolean => values.only === undefined || values.only.includes(what);

if (values.help) console.log(usage);
else await measure();

async function measure(): Promise<void> {
  const server = await throwawayPostgres({
    provider: "embedded",
    settings: { max_wal_size: "8GB", maintenance_work_mem: "512MB", shared_buffers: "512MB" },
  });
  try {
    const { url } = await server.createDatabase();
    const filled = await watchingMemory(() => fillTrail(url, { records, months: 12, patients: PATIENTS }));
    const db = filled.result;
    console.log(
      `${whole(records)} records of ${whole(PATIENTS)} patients in 13 months, made in ${whole(filled.seconds)} s`,
    );
    if (isAsked("subject")) await showSubjects(db);
    if (isAsked("verify")) await showVerify(db);
    if (isAsked("append")) await showAppends(db);
    await db.close();
  } finally {
    await server.stop();
  }
}

type Filled = Awaited<ReturnType<typeof fillTrail>>;

async function showVerify(db: Filled): Promise<void> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = signingKey("bench", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  const trail = openTrail(db, { key });
  const blockRecords =
    values["block-records"] === undefined ? {} : { blockRecords: Number(values["block-records"]) };
  const sealing = await watchingMemory(() => trail.seal(blockRecords));
  const { atFirst, atMost } = sealing.memory;
  console.log(
    `\nseal: ${whole(sealing.result.records)} records in ${whole(sealing.result.seals.length)} blocks, ${sealing.seconds.toFixed(1)} s, memory ${whole(atFirst)} to ${whole(atMost)} MB`,
  );
  for (let turn = 0; turn < 2; turn += 1) {
    const verifying = await watchingMemory(() => trail.verify());
    const { intact, findings } = verifying.result;
    console.log(
      `verify: ${whole(verifying.result.records)} records, ${intact ? "intact" : "NOT INTACT"}, ${findings.length} findings, ${verifying.seconds.toFixed(1)} s, memory ${whole(verifying.memory.atFirst)} to ${whole(verifying.memory.atMost)} MB`,
    );
  }
}

async function showSubjects(db: Filled): Promise<void> {
  for (const { asked, records: found, milliseconds, plan } of await subjectFigures(db)) {
    console.log(`\n${asked}, ${whole(found)} records: ${milliseconds.toFixed(1)} ms`);
    for (const line of plan) console.log(`    ${line}`);
  }
}

async function showAppends(db: Filled): Promise<void> {
  console.log("\nadding records, by how the index over patients takes them");
  for (const figure of await appendFigures(db, { patients: PATIENTS, appends: 20_000, callers: 32 })) {
    console.log(
      `  fastupdate ${figure.fastupdate.padEnd(3)} ${whole(figure.perSecond).padStart(6)}/s, p99 ${figure.p99.toFixed(1)} ms, slowest ${figure.slowest.toFixed(1)} ms, a read after it ${figure.readAfter.toFixed(1)} ms`,
    );
  }
}
