import { closeAll } from "@offramp/supabase-shim";
import { CleanUp } from "./clean-up.ts";
import { runMorning } from "./run-morning.ts";
import { setUpClinic } from "./setup.ts";
import { showTrail } from "./show-trail.ts";
import { showFailure } from "./step.ts";
import { print, seconds, stopPrinting, styled } from "./terminal.ts";

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
