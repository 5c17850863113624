// `npm start`: sets up what is missing, then runs the clinic example on a throwaway PostgreSQL. What follows `--` is for it.
import { existsSync } from "node:fs";
import { join } from "node:path";

import { bootstrap } from "./toolchain/bootstrap.mjs";
import { duration } from "./toolchain/duration.mjs";
import { developmentEnvironment } from "./toolchain/pnpm.mjs";
import { developmentNode, root } from "./toolchain/root.mjs";
import { runProcess } from "./toolchain/run-process.mjs";
import { runScript, SetUpError } from "./toolchain/set-up-error.mjs";

await runScript(async () => {
  const started = performance.now();
  await bootstrap();

  const folder = join(root, "examples", "clinic");
  const entry = join(folder, "src", "main.ts");
  if (!existsSync(entry)) {
    throw new SetUpError("The clinic example is missing.", {
      reason: `${entry} does not exist.`,
      remedy: "restore it with `git checkout examples/clinic`.",
    });
  }
  const { code, interrupted } = await runProcess(developmentNode, [entry, ...process.argv.slice(2)], {
    cwd: folder,
    env: developmentEnvironment(),
  });
  const took = duration(performance.now() - started);
  if (interrupted) console.error(`\nStopped after ${took}.`);
  else if (code === 0) console.log(`\nDone in ${took}.`);
  else
    console.error(
      `\nThe clinic example failed (exit code ${code}) after ${took}; what failed is said above.`,
    );
  return code;
});
