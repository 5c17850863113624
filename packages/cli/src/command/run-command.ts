import { AbortedError } from "./aborted-error.ts";
import type { CommandContext, OfframpCommand } from "./command.ts";
import type { Outcome } from "./outcome.ts";

/** Runs a command and says how it ended. Whatever it throws is said on the terminal, never swallowed. */
export async function runCommand(command: OfframpCommand, context: CommandContext): Promise<Outcome> {
  const { terminal, environment, signal } = context;
  try {
    return await command.run(context);
  } catch (error) {
    if (error instanceof AbortedError || signal.aborted) {
      terminal.failure(
        error instanceof AbortedError ? error.message : `offramp ${command.name}: interrupted.`,
      );
      return "aborted";
    }
    terminal.failure(messageOf(error));
    if (environment["OFFRAMP_DEBUG"] && error instanceof Error) terminal.note(error.stack ?? "");
    return "failed";
  } finally {
    await terminal.close();
  }
}

/** An error and what caused it, in one text. The errors of Offramp hold neither secrets nor values of rows. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "Error" || error.name.endsWith("Error")) return error.message || error.name;
  return `${error.name}: ${error.message}`;
}
