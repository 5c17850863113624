import type { Command } from "commander";

import type { OfframpConfig } from "../config/offramp-config.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { Outcome } from "./outcome.ts";

/** What a command is run with. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** `offramp.config.ts`, validated; empty where there is none. */
  readonly config: OfframpConfig;
  /** The flags as commander read them, in camel case. A command validates its own by zod. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What stands on the line beside flags. */
  readonly operands: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C or SIGTERM: finish what must be whole and end as `aborted`. */
  readonly signal: AbortSignal;
}

/** One command of `offramp`: the thin shell that parses flags, calls the core and renders what it found. */
export interface OfframpCommand {
  readonly name: string;
  /** One line for `offramp --help`. */
  readonly summary: string;
  /** Adds arguments and flags. `--json`, `--yes` and `--config` are there already. */
  configure(command: Command): void;
  /**
   * Runs it.
   *
   * @throws whatever went wrong: the message is shown, and the process ends with 2.
   */
  run(context: CommandContext): Promise<Outcome>;
}

/** A command that only groups others: `offramp audit verify`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly subcommands: readonly OfframpCommand[];
}

/** Where a command is found: loaded only when it is the one that runs. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<OfframpCommand | CommandGroup>;
}

/** Whether this only groups others. */
export function isGroup(command: OfframpCommand | CommandGroup): command is CommandGroup {
  return "subcommands" in command;
}
