import type { Command } from "commander";

import type { CommandContext } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import type { ConnectionConfig, ConnectionSettings } from "../config/connection-config.ts";

/** The two ends of a migration: `source` is the Supabase project, `target` the application's own PostgreSQL. */
export type Place = "source" | "target";

const VARIABLES: Readonly<Record<Place, string>> = {
  source: "OFFRAMP_SOURCE_URL",
  target: "OFFRAMP_TARGET_URL",
};

/** Adds `--source <url>` or `--target <url>`. */
export function addPlaceOption(command: Command, place: Place): void {
  const what = place === "source" ? "the Supabase project's database" : "your own PostgreSQL";
  command.option(
    `--${place} <url>`,
    `${what}, as postgres://… or as secret:NAME of AWS Secrets Manager (default: ${VARIABLES[place]}, then offramp.config.ts)`,
  );
}

/**
 * Where a database is: by the flag, then the environment, then the configuration file.
 *
 * @throws {UsageError} none of them says it.
 */
export function placeOf(context: CommandContext, place: Place): ConnectionSettings {
  const given = givenPlace(context, place);
  if (given === undefined)
    throw new UsageError(
      `The ${place} is not known: give --${place}, set ${VARIABLES[place]}, or set "${place}" in offramp.config.ts.`,
    );
  if (typeof given !== "string") return given;
  return given.startsWith("secret:") ? { secretId: given.slice("secret:".length) } : { url: given };
}

/** Whether flag, environment or configuration say where it is. */
export function isPlaceKnown(context: CommandContext, place: Place): boolean {
  return givenPlace(context, place) !== undefined;
}

function givenPlace(context: CommandContext, place: Place): ConnectionConfig | undefined {
  const flag = context.options[place];
  return (
    (typeof flag === "string" ? flag : undefined) ||
    context.environment[VARIABLES[place]] ||
    (place === "target" ? context.config.target : context.config.source)
  );
}
