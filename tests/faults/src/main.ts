import { parseArgs } from "node:util";
import { runTampering } from "./audit/run-tampering.ts";

const usage = `pnpm faults audit    tampers with a sealed trail in every way that a superuser can, and counts what is named`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: "boolean", default: false } },
});

if (values.help) console.log(usage);
else if (positionals[0] === "audit") process.exitCode = await audit();
else throw new RangeError(`Say what is to be broken.\n${usage}`);

async function audit(): Promise<number> {
  console.log("Tampering with a sealed trail");
  const { tried, named, unnamed } = await runTampering();
  for (const line of unnamed) console.log(`  ${line}`);
  console.log(`\ntampering ${named}/${tried} named`);
  return unnamed.length === 0 ? 0 : 1;
}
