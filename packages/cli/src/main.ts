#!/usr/bin/env node
import { exitCode } from "./command/outcome.ts";
import { runProgram } from "./program.ts";

// A connection string on the command line must not stay readable in the list of processes.
process.title = "offramp";

const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.on(name, () => {
    // The second time a person insists: everything that must survive has its checkpoint in the target.
    if (interrupt.signal.aborted) process.exit(exitCode("aborted"));
    interrupt.abort(new Error(`interrupted by ${name}`));
  });

// Who reads along may leave, as head does: what is said to nobody is no failure of the work.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

process.exitCode = exitCode(
  await runProgram({
    words: process.argv.slice(2),
    environment: process.env,
    folder: process.cwd(),
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    signal: interrupt.signal,
  }),
);
