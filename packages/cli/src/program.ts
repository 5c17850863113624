import { readFileSync } from "node:fs";

import { Command, CommanderError } from "commander";

import { type CommandEntry, isGroup, type OfframpCommand } from "./command/command.ts";
import type { Outcome } from "./command/outcome.ts";
import { messageOf, runCommand } from "./command/run-command.ts";
import { commands } from "./commands.ts";
import { loadConfig } from "./config/load-config.ts";
import { packageRoot } from "./package-root.ts";
import { openTerminal } from "./terminal/open-terminal.ts";

/** What a run needs of its process. */
export interface ProgramProcess {
  /** The command line without Node and the script. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** Reads the command line and runs the one command that it names. Says everything; throws nothing. */
export async function runProgram(process: ProgramProcess): Promise<Outcome> {
  let outcome: Outcome = "done";
  try {
    const program = await describeProgram(process, (ended) => {
      outcome = ended;
    });
    await program.parseAsync([...process.words], { from: "user" });
    return outcome;
  } catch (error) {
    // Commander has said what is wrong with the line; help and the version are not failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? "done" : "failed";
    process.errors.write(`${messageOf(error)}\n`);
    return "failed";
  }
}

async function describeProgram(process: ProgramProcess, ended: (outcome: Outcome) => void): Promise<Command> {
  const program = new Command("offramp")
    .description("From Supabase to your own PostgreSQL: every row and every object, provably.")
    .version(version())
    .addHelpText(
      "after",
      "\nBegin with: offramp doctor --source postgres://… --target postgres://… Each command says what comes next.\nExit codes: 0 done, 1 findings, 2 failed, 3 aborted.\nOne command: offramp <command> --help",
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => process.output.write(text),
      writeErr: (text) => process.errors.write(text),
    });
  const named = process.words.find((word) => !word.startsWith("-"));
  const wanted = named === "help" ? process.words[process.words.indexOf(named) + 1] : named;
  for (const entry of commands) {
    const command = program.command(entry.name).description(entry.summary).copyInheritedSettings(program);
    if (entry.name === wanted) await describeEntry(command, entry, (runnable, own) => act(runnable, own));
  }
  return program;

  function act(runnable: OfframpCommand, own: Command): void {
    runnable.configure(own);
    own
      .option("--json", "print data instead of text", false)
      .option("--yes", "answer every question with yes", false)
      .option("--config <file>", "the configuration (default: offramp.config.ts of this folder)")
      .action(async () => {
        ended(await start(process, runnable, own));
      });
  }
}

async function describeEntry(
  command: Command,
  entry: CommandEntry,
  act: (runnable: OfframpCommand, own: Command) => void,
): Promise<void> {
  const loaded = await entry.load();
  if (!isGroup(loaded)) {
    act(loaded, command);
    return;
  }
  for (const subcommand of loaded.subcommands) {
    const own = command
      .command(subcommand.name)
      .description(subcommand.summary)
      .copyInheritedSettings(command);
    act(subcommand, own);
  }
}

async function start(process: ProgramProcess, runnable: OfframpCommand, own: Command): Promise<Outcome> {
  const options: Record<string, unknown> = own.opts();
  const terminal = openTerminal({ ...process, json: options["json"] === true, yes: options["yes"] === true });
  const named = typeof options["config"] === "string" ? options["config"] : undefined;
  return runCommand(
    {
      ...runnable,
      run: async (context) => runnable.run({ ...context, config: await loadConfig(process.folder, named) }),
    },
    {
      terminal,
      options,
      config: {},
      operands: own.processedArgs.flat().filter((word): word is string => typeof word === "string"),
      environment: process.environment,
      signal: process.signal,
    },
  );
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("package.json", packageRoot), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "";
}
