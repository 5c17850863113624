import { closeAll } from "@offramp/supabase-shim";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { CleanUp } from "./clean-up.ts";
import { runMorning } from "./run-morning.ts";
import { sealTrail } from "./seal-trail.ts";
import { setUpClinic } from "./setup.ts";
import { showTrail } from "./show-trail.ts";
import { showFailure } from "./step.ts";
import { print, seconds, stopPrinting, styled } from "./terminal.ts";

const { values: asked } = parseArgs({ options: { report: { type: "string" } } });
// npm runs scripts in the package's folder; the reader means the one where npm was called.
const page = asked.report && resolve(process.env["INIT_CWD"] ?? ".", asked.report);
const started = performance.now();
const cleanUp = new CleanUp();
let interrupted = false;

async function stopEarly(signal: "SIGINT" | "SIGTERM", code: number): Promise<void> {
  interrupted = true;
  stopPrinting();
  process.stderr.write(`\n${signal}: stopping the server …\n`);
  await cleanUp.run();
  process.exit(code);
}

process.once("SIGINT", () => void stopEarly("SIGINT", 130));
process.once("SIGTERM", () => void stopEarly("SIGTERM", 143));

try {
  print(styled("bold", "A clinic's application, off Supabase and on its own PostgreSQL"));
  print('The only line that changed in it: import { createClient } from "@offramp/supabase-shim"');
  print();
  const clinic = await setUpClinic(cleanUp);
  cleanUp.add(closeAll);
  await runMorning(clinic);
  await showTrail(clinic);
  await sealTrail(clinic, page);
  await cleanUp.run();
  print();
  print(
    `Finished in ${seconds(performance.now() - started)}. The server is stopped and its files are removed.`,
  );
} catch (failure) {
  if (!interrupted) {
    process.exitCode = 1;
    showFailure(failure);
    await cleanUp.run();
  }
}
