import { parseArgs } from "node:util";
import { runKills } from "./audit/kill/run-kills.ts";
import { runTampering } from "./audit/run-tampering.ts";
import { runFaults } from "./db/run-faults.ts";

const usage = `pnpm faults audit    kills clients and servers at work, tampers with a sealed trail in every way that a superuser can,
                     and counts what has no record, what the trail invented, and what was named
pnpm faults [db]     breaks the server and the network under an application at work, rotates passwords and keys, kills jobs,
                     and counts calls that were lost or done twice, and sessions that were left
    --only words     db: the faults whose name contains them
    --quick          a short form
    --minutes n      audit: how long clients are killed at most (default 15)
    --seed n         the calls and moments of an earlier run`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    seed: { type: "string" },
    minutes: { type: "string", default: "15" },
  },
});

if (values.help) console.log(usage);
else if (positionals[0] === "audit") process.exitCode = await audit();
else if ((positionals[0] ?? "db") === "db") process.exitCode = await database();
else throw new RangeError(`There is nothing of the name ${positionals[0]} to be broken.\n${usage}`);

async function audit(): Promise<number> {
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`--seed takes a whole number.\n${usage}`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new RangeError(`--minutes takes a number.\n${usage}`);
  const kills = await runKills({ quick: values.quick, seed, minutes });
  console.log("\nTampering with a sealed trail");
  const { tried, named, unnamed } = await runTampering();
  for (const line of unnamed) console.log(`  ${line}`);
  console.log(`\n${kills.summary}, tampering ${named}/${tried} named`);
  return kills.complete && unnamed.length === 0 ? 0 : 1;
}

async function database(): Promise<number> {
  console.log("Breaking a database at work");
  const { summary, survived } = await runFaults({ quick: values.quick, only: values.only });
  console.log(`\n${summary}`);
  return survived ? 0 : 1;
}
